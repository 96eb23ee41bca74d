// Refreshes the elements with `data-live`, until the server says that nothing follows.
for (const box of document.querySelectorAll("[data-live]")) {
  const refresh = async () => {
    try {
      const response = await fetch(box.dataset.live);
      if (response.ok) {
        const html = await response.text();
        if (html !== box.innerHTML && html !== box.lastHtml) {
          // HTML of this service, in which all data is escaped.
          box.innerHTML = html;
          box.lastHtml = html;
        }
        if (response.headers.get("x-final")) return;
      }
    } catch {
      // The server is restarting.
    }
    setTimeout(refresh, 700);
  };
  setTimeout(refresh, 300);
}
