/** A tar with the file `from-bzip2` (`hello`), as bzip2 makes it. */
export const bzip2 = Buffer.from(
  'QlpoOTFBWSZTWb4DtNIAAG/7gMmQAARAAl+AAQBzZt4QCAggAFQ0poA00NNGmho9T9UElEGhoaABoB9VUNQgdKhCH82UEH0uQIYEWkYSikYIxagZODcA+za1g937iTNYURXxSfi9EQD8XckU4UJC+A7TSA==',
  'base64',
);
