// The keys of the review pages. Every deed is a form that works without them; they can be turned off, and are then
// remembered as off: single letters get in the way of speech input and screen readers.
(() => {
  const byId = (id) => document.getElementById(id);
  const KEPT = "kazi-keys";
  document.documentElement.classList.add("has-script");

  const button = byId("keys-button");
  const isOn = () => button?.getAttribute("aria-pressed") === "true";
  const set = (on) => {
    button?.setAttribute("aria-pressed", String(on));
    if (button) button.textContent = on ? "Shortcuts on" : "Shortcuts off";
    document.documentElement.classList.toggle("keys-off", !on);
  };
  let kept = null;
  try { kept = localStorage.getItem(KEPT); } catch { /* a browser that keeps nothing: on, as before */ }
  set(kept !== "off");
  button?.addEventListener("click", () => {
    set(!isOn());
    try { localStorage.setItem(KEPT, isOn() ? "on" : "off"); } catch { /* as above */ }
  });

  const dialog = byId("keys-dialog");
  byId("keys-help")?.addEventListener("click", () => dialog.showModal());

  const move = (step) => {
    const all = [...document.querySelectorAll("[data-row], [data-pick]")];
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const to = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
    all[to].focus();
  };
  const press = (selector) => {
    const found = document.querySelector(selector);
    found?.click();
    return Boolean(found);
  };
  const typing = (target) => target.closest("textarea, select, input:not([type=checkbox]):not([type=radio])");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !isOn()) return;
    if (dialog?.open || typing(event.target)) return;
    const keys = {
      j: () => move(1),
      k: () => move(-1),
      n: () => press("[data-shortcut=n]"),
      s: () => press("[data-shortcut=s]"),
      u: () => press("[data-shortcut=u]"),
      "?": () => dialog?.showModal(),
    };
    const deed = /^[0-9]$/.test(event.key) ? () => press(`[data-digit="${event.key}"]`) : keys[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
})();
