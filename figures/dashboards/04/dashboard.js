// Hands each plot's JSON to plotly.js, in the colours of the page, and listens to keys and sliders.
"use strict";

// No button sends anything anywhere.
const CONFIG = {
  responsive: true, displaylogo: false, plotlyServerURL: "",
  modeBarButtons: [["toImage"], ["zoom2d", "pan2d"], ["zoomIn2d", "zoomOut2d", "resetScale2d"]],
};

// The colour of a CSS variable.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// What Rust describes, with fonts, margins and paper.
function dressed(layout, div, data) {
  const bars = data.some((trace) => trace.type === "bar");
  const counts = bars || data.some((trace) => trace.line?.shape === "hvh");
  const [paper, ink, quiet, rule] = ["--paper", "--ink", "--quiet", "--rule"].map(colour);
  const narrow = div.clientWidth < 480;
  const lifts = layout.annotations.map((note) => note.yshift + 14);
  const out = {
    ...layout,
    paper_bgcolor: paper,
    plot_bgcolor: paper,
    font: { family: "system-ui, sans-serif", size: narrow ? 11 : 13, color: ink },
    margin: { l: narrow ? 48 : 64, r: narrow ? 8 : 16, t: 34 + Math.max(0, ...lifts), b: 48 },
    hovermode: "closest",
    hoverlabel: { namelength: -1 },
    legend: {
      orientation: "h", x: 0, xanchor: "left", yanchor: "top", bgcolor: "rgba(0,0,0,0)",
      y: -52 / (layout.height - 90), groupclick: "togglegroup", font: { size: narrow ? 10 : 12 },
    },
    shapes: layout.shapes.map((shape) =>
      ({ ...shape, layer: bars ? "above" : "below", line: { color: quiet, width: 1, dash: shape.xref === "x" ? "dash" : "dot" } })),
    annotations: layout.annotations.map((note) => ({ ...note, showarrow: false, font: { size: 11, color: quiet } })),
  };
  // Counts begin at 0.
  if (counts) out.yaxis = { ...out.yaxis, rangemode: "tozero" };
  for (const key of Object.keys(out).filter((key) => /^[xy]axis\d*$/.test(key))) {
    out[key] = {
      automargin: true, gridcolor: rule, zeroline: false, linecolor: quiet, showline: true, ticks: "outside",
      tickcolor: quiet, separatethousands: true, ...out[key], title: { standoff: 8, ...out[key].title },
    };
  }
  return out;
}

// Ink is as light on a dark page as it is dark on a light one.
function inked(trace) {
  const ink = colour("--ink");
  const out = { ...trace };
  for (const part of ["line", "marker"]) if (out[part]?.color === "#222222") out[part] = { ...out[part], color: ink };
  return out;
}

function draw(div) {
  const { data, layout, choices } = JSON.parse(document.getElementById(`${div.id}-data`).textContent);
  const slider = document.getElementById(`${div.id}-choice`);
  // Room for the lines of the legend, by the breadth of its words. The page must know the height, or a turned
  // phone forgets it.
  const breadth = data.filter((trace) => trace.showlegend).reduce((sum, trace) => sum + 55 + 6.2 * trace.name.length, 0);
  const height = layout.height + 19 * Math.floor(breadth / (div.clientWidth - 80));
  div.style.height = `${height}px`;
  const shown = () => choices.map((choice) => choice === null || !slider || choice === Number(slider.value));
  const traces = data.map((trace, i) => ({ ...inked(trace), visible: shown()[i] }));
  if (slider) {
    const words = JSON.parse(slider.dataset.words);
    slider.closest(".choice").hidden = false;
    slider.addEventListener("input", () => {
      const now = words[Number(slider.value)];
      slider.setAttribute("aria-valuetext", now);
      slider.parentElement.querySelector("output").textContent = now;
      Plotly.restyle(div, { visible: shown() });
    });
  }
  div.addEventListener("keydown", (event) => move(div, event));
  return Plotly.newPlot(div, traces, dressed({ ...layout, height }, div, data), CONFIG).then(() => { div.dataset.drawn = "true"; });
}

// Arrows move, + and - zoom, 0 shows all.
function move(div, event) {
  const full = div._fullLayout;
  const axes = Object.keys(full).filter((key) => /^[xy]axis\d*$/.test(key));
  const shift = { ArrowLeft: ["x", -0.1], ArrowRight: ["x", 0.1], ArrowDown: ["y", -0.1], ArrowUp: ["y", 0.1] }[event.key];
  const zoom = { "+": 0.8, "=": 0.8, "-": 1.25 }[event.key];
  if (event.target !== div || event.ctrlKey || event.metaKey || event.altKey || !(shift || zoom || event.key === "0")) return;
  event.preventDefault();
  const change = {};
  for (const key of axes) {
    const [low, high] = full[key].range.map(Number);
    if (event.key === "0") change[`${key}.autorange`] = true;
    else if (shift && key.startsWith(shift[0])) {
      const by = shift[1] * (high - low);
      change[`${key}.range`] = [low + by, high + by];
    } else if (zoom) {
      const [centre, half] = [(low + high) / 2, (zoom * (high - low)) / 2];
      change[`${key}.range`] = [centre - half, centre + half];
    }
  }
  Plotly.relayout(div, change);
}

const plots = [...document.querySelectorAll(".plot")];
const drawAll = () => Promise.all(plots.map(draw)).then(() => { document.documentElement.dataset.drawn = "true"; });
drawAll();
// A page that turns dark, or light, is drawn again.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
