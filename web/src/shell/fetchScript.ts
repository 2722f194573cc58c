/** Runs a classic script of ours once and gives what it leaves under `name`. */
export function fetchScript<Code>(url: string, name: string): Promise<Code> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve((globalThis as unknown as Record<string, Code>)[name] as Code);
    script.onerror = () => {
      script.remove();
      reject(new Error(`${url} could not be fetched.`));
    };
    document.head.append(script);
  });
}
