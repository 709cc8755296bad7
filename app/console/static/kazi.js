// The little that the console needs beyond htmx: the menu on small screens, the feed's Pause button, whether
// the page is live, scrolling a conversation to its end, and the phone's keys.
(() => {
  const byId = (id) => document.getElementById(id);

  const menuButton = byId("menu-button");
  menuButton?.addEventListener("click", () => {
    const open = byId("menu").classList.toggle("open");
    menuButton.setAttribute("aria-expanded", String(open));
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

  const toEnd = () => document.querySelectorAll("[data-to-end]").forEach((box) => { box.scrollTop = box.scrollHeight; });
  toEnd();
  document.addEventListener("htmx:after:swap", toEnd);

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
