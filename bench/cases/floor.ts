/** The case that measures the docker client: it asks for next to nothing. */
export const FLOOR = 'ps -q, no container';
