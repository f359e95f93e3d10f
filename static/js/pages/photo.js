/** Shows a chosen photo in its frame before it is sent. */

export function startPreviewing() {
  for (const frame of document.querySelectorAll(".drop")) {
    const input = frame.querySelector("input[type=file]");
    if (!(input instanceof HTMLInputElement)) continue;
    input.addEventListener("change", () => {
      frame.querySelector("img")?.remove();
      const file = input.files?.[0];
      if (!file) return;
      const picture = document.createElement("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
      frame.append(picture);
    });
  }
}
