// Fetches the messages anew every two seconds while the page is seen. The server escapes them.
const messages = document.getElementById('messages');
let shown = messages.innerHTML;

setInterval(async () => {
  if (document.hidden || messages.contains(document.activeElement)) return;
  try {
    const answer = await fetch(messages.dataset.source);
    const fresh = await answer.text();
    if (!answer.ok || fresh === shown) return;
    shown = fresh;
    messages.innerHTML = fresh;
  } catch {
    // Not reachable just now: what is shown stays.
  }
}, 2000);
