declare module '*.br' {
  /** The file's name beside the bundle. */
  const file: string;
  export default file;
}
