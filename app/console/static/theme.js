// Sets light or dark before the first paint: what the person chose, else what their system prefers.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("kazi-theme"); } catch { return null; } };
  const apply = () => {
    document.documentElement.dataset.bsTheme = chosen() ?? (system.matches ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
  addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme-button")?.addEventListener("click", () => {
      const other = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
      try { localStorage.setItem("kazi-theme", other); } catch { /* it lasts for this page */ }
      document.documentElement.dataset.bsTheme = other;
    });
  });
})();
