import { readShapes } from '../shape.ts';

/** What an event is, as the client of Docker 28.5 knows it. */
export const eventsShapes = readShapes(`
events.Message:
  Status:status? string, ID:id? string, From:from? string, Type string, Action string, Actor events.Actor,
  Scope:scope? string, Time:time? int, TimeNano:timeNano? int
events.Actor:
  ID string, Attributes {}string
`);
