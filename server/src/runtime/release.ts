/**
 * Function that undoes an operation. Only the first call has an effect. `using` calls the function at the end of its
 * block.
 */
export interface Release extends Disposable {
  (): void;
}

export function createRelease(undo: () => void): Release {
  let isReleased = false;
  const release = () => {
    if (isReleased) return;
    isReleased = true;
    undo();
  };
  return Object.assign(release, { [Symbol.dispose]: release });
}
