/** Before the first paint of a page that came from the worker: the look that the server would have written into it. */
for (const [, name, value] of document.cookie.matchAll(/(?:^|; )(theme|text_size|motion|contrast)=(\w+)/g)) {
  document.documentElement.dataset[name.replace(/_(\w)/, (_, letter) => letter.toUpperCase())] = value;
}
