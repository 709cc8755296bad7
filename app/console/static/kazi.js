// The little that the console needs beyond htmx: the menu on small screens, the feed's Pause button, whether
// the page is live, scrolling a conversation to its end, and the phone's keys.
(() => {
  const byId = (id) => document.getElementById(id);

  const menuButton = byId("menu-button");
  const openMenu = (open) => {
    byId("menu").classList.toggle("open", open);
    menuButton.setAttribute("aria-expanded", String(open));
  };
  const isOpen = () => menuButton?.getAttribute("aria-expanded") === "true";
  menuButton?.addEventListener("click", () => openMenu(!isOpen()));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    openMenu(false);
    menuButton.focus();
  });

  // A form is sent once, however often a button or a key is hit; again only where no answer came.
  const SENT_MS = 8000;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, SENT_MS);
  });

  // While paused, new lines are not put in; afterwards the feed is asked for once, whole.
  const pause = byId("pause-button");
  const isPaused = () => pause?.getAttribute("aria-pressed") === "true";
  pause?.addEventListener("click", () => {
    pause.setAttribute("aria-pressed", String(!isPaused()));
    pause.textContent = isPaused() ? "Resume" : "Pause";
    if (!isPaused()) htmx.ajax("GET", pause.dataset.refresh, { target: "#feed", swap: "innerMorph" });
  });
  document.addEventListener("htmx:before:swap", (event) => {
    if (!isPaused()) return;
    const tasks = event.detail.tasks;
    for (let i = tasks.length - 1; i >= 0; i -= 1) {
      if (tasks[i].target?.id === "feed") tasks.splice(i, 1);
    }
  });

  const live = byId("live");
  const tell = (state, word) => {
    if (!live || live.dataset.state === state) return;
    live.dataset.state = state;
    byId("live-word").textContent = word;
  };
  document.addEventListener("htmx:sse:after:connection", () => tell("live", "Live"));
  document.addEventListener("htmx:sse:close", () => tell("lost", "Not live: reload the page"));
  document.addEventListener("htmx:sse:error", (event) => {
    if (event.detail.status === 401) location.reload();
    tell("lost", "Connection lost, trying again");
  });

  // A stream that was once open comes back by itself; one whose first try failed, or was not heard of, is begun anew
  // from here.
  const AGAIN_MS = 3000;
  const SILENT_MS = 10000;
  const begin = (stream) => {
    const fresh = stream.cloneNode(false);
    stream.replaceWith(fresh);
    htmx.process(fresh);
  };
  const beginAnew = (event) => {
    const stream = event.target;
    if (stream?.id !== "stream") return;
    tell("lost", "Connection lost, trying again");
    setTimeout(() => begin(stream), AGAIN_MS);
  };
  setTimeout(() => {
    if (live?.dataset.state === "connecting" && byId("stream")) begin(byId("stream"));
  }, SILENT_MS);
  document.addEventListener("htmx:error", beginAnew);
  document.addEventListener("htmx:response:error", beginAnew);

  // A conversation keeps to its end, unless somebody has scrolled up in it to read.
  const NEAR_PX = 60;
  const boxes = () => [...document.querySelectorAll("[data-to-end]")];
  const toEnd = (box) => { box.scrollTop = box.scrollHeight; };
  let kept = boxes();
  kept.forEach(toEnd);
  document.addEventListener("htmx:before:swap", () => {
    kept = boxes().filter((box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX);
  });
  document.addEventListener("htmx:after:swap", () => kept.forEach(toEnd));

  const text = byId("phone-text");
  document.querySelectorAll("[data-key]").forEach((key) => key.addEventListener("click", () => {
    if (key.dataset.key === "clear") text.value = text.value.slice(0, -1);
    else text.value += key.dataset.key;
    text.dispatchEvent(new Event("input"));
  }));
  document.querySelectorAll("[data-fill]").forEach((word) => word.addEventListener("click", () => {
    text.value = word.dataset.fill;
    text.focus();
  }));
  document.querySelectorAll("[data-channel]").forEach((choice) => choice.addEventListener("change", () => {
    byId("phone-channel").value = choice.value;
  }));
  document.addEventListener("htmx:after:request", (event) => {
    if (event.target.id !== "phone-form" || !event.detail.ctx?.response?.raw?.ok) return;
    text.value = "";
    text.focus({ preventScroll: true });
  });
})();
