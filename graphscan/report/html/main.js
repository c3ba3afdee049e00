// What happens when: choices, keys, links; and the first drawing.

function ticked() {
  return choices.map((_, place) => place).filter((place) => byId(`try-${place}`).checked);
}

/** The acts that are ticked and count: those whose date is not after the instant of the report. */
function active() {
  return ticked().filter((place) => {
    const said = document.querySelector(`[data-date="${place}"]`).value;
    return !said || said <= choices[place].date;
  });
}

/** What the picture shows: the ways to the chosen asset, else to all; one way to each where that is too much. */
function shown() {
  const all = state.chosenNode < 0;
  const possible = state.possible || (all ? !anyKnown : stateOf(state.chosenNode, state.before) !== "known");
  const held = possible ? state.before.may : state.before.must;
  const part = all ? everything(held) : waysTo(state.chosenNode, held);
  const drawnSteps = [...part.steps].filter((place) => (possible || !steps[place].possible) && forward(place));
  let picture = drawing(part.nodes, drawnSteps, state.unfolded);
  const notes = [];
  if (picture.items.length > MOST_DRAWN) {
    const first = all ? firstWays(held) : firstWay([state.chosenNode], held);
    notes.push(`Drawn: one way to ${all ? "each of the first assets" : "it"}, not all ${number(picture.items.length)}`
      + " nodes and families that take part.");
    picture = drawing(first.nodes, first.steps, state.unfolded);
  }
  const back = part.steps.size - drawnSteps.length;
  if (back) notes.push(`${number(back)} more steps lead back to what comes before, or are further ways to it.`);
  if (!possible && maybe) notes.push(`${number(maybe)} steps that are possible and not known are not drawn.`);
  return { part, held, picture, note: notes.join(" ") };
}

const maybe = steps.filter((step) => step.possible).length;
const columnOf = (fact) => raw.column[facts[fact].node];

/** Whether a step leads on: it gives a fact first, or leads to the right of all that it needs. */
function forward(place) {
  if (state.back || firstSteps.has(place)) return true;
  const step = steps[place];
  return Math.max(...step.body.map(columnOf)) < columnOf(step.target);
}

function everything(held) {
  const taken = new Set(steps.keys());
  for (const step of steps) if (!fires(step, held)) taken.delete(step.place);
  const there = new Set(startNodes);
  for (const place of taken) for (const fact of [...steps[place].body, steps[place].target]) there.add(facts[fact].node);
  return { nodes: there, steps: taken };
}

/** One derivation of some nodes' facts: the first step in order that gives each fact. */
function firstWay(wanted, held) {
  const made = new Map(inOrder(steps.keys(), held).map((place) => [steps[place].target, place]));
  const todo = wanted.flatMap((node) => nodes[node].facts);
  const seen = new Set(todo);
  const taken = new Set();
  while (todo.length) {
    const place = made.get(todo.pop());
    if (place === undefined) continue;
    taken.add(place);
    for (const fact of steps[place].body) if (!seen.has(fact) && !anyone.has(fact)) { seen.add(fact); todo.push(fact); }
  }
  return { nodes: new Set([...seen].map((fact) => facts[fact].node)), steps: taken };
}

function firstWays(held) {
  let found = firstWay([], held);
  for (let count = 8; count <= assets.length * 2; count *= 2) {
    const next = firstWay(assets.slice(0, count).map((one) => one.node), held);
    if (drawing(next.nodes, next.steps, state.unfolded).items.length > MOST_DRAWN) break;
    found = next;
  }
  return found;
}

function show() {
  const { part, held, picture, note } = shown();
  const svg = draw(picture, state.now, state.chosenStep);
  const natural = Number(svg.getAttribute("width"));
  const fits = byId("map").clientWidth / natural;
  // By itself a picture shrinks to fit as long as it can still be read.
  const zoom = state.zoom || (state.fit ? Math.min(1.4, fits) : Math.max(0.6, Math.min(1.15, fits)));
  svg.style.width = `${Math.floor(natural * zoom)}px`;
  svg.style.height = "auto";
  state.shownZoom = zoom;
  byId("map").replaceChildren(svg);
  byId("map-note").textContent = note;
  state.picture = picture;
  tools();
  showSteps(inOrder(part.steps, held));
}

function tools() {
  const box = byId("map-tools");
  const button = (said, act) => {
    const one = html("button", { type: "button" }, said);
    one.addEventListener("click", act);
    return one;
  };
  const toggle = (key, said) => {
    const one = html("input", { type: "checkbox" });
    one.checked = state[key];
    one.addEventListener("change", () => { state[key] = one.checked; show(); });
    return html("label", {}, one, ` ${said}`);
  };
  const folded = state.picture.items.filter((item) => item.group !== undefined);
  const parts = [
    state.chosenNode >= 0 ? button("Show the ways to all", () => choose(-1)) : null,
    button("Larger", () => { state.zoom = Math.min(3, state.shownZoom * 1.25); show(); }),
    button("Smaller", () => { state.zoom = Math.max(0.2, state.shownZoom / 1.25); show(); }),
    button("Fit", () => { state.zoom = 0; state.fit = true; show(); }),
    maybe ? toggle("possible", "what is only possible") : null,
    toggle("back", "ways back"),
    ...folded.slice(0, 6).map((item) => button(`Unfold ${sizeOf(item.members) > item.members.length ? `${number(item.members.length)} of ` : ""}${
        many(sizeOf(item.members), nodes[item.members[0]].kind)}`,
      () => unfold(item.group))),
    state.unfolded.size ? button("Fold families", () => { state.unfolded.clear(); show(); }) : null,
  ];
  box.replaceChildren(...parts.filter(Boolean));
}

const anyKnown = (() => { const { must } = compute([]); return targets.some((fact) => must[fact]); })();

function unfold(group) {
  state.unfolded.add(group);
  show();
}

function choose(node) {
  state.chosenNode = node;
  state.chosenStep = -1;
  showAssets();
  show();
}

function chooseStep(place) {
  state.chosenStep = place;
  if (!state.picture.arrows.some((arrow) => arrow.steps.includes(place))) {
    const target = facts[steps[place].target].node;
    if (assets.some((one) => one.node === target)) state.chosenNode = target;
    showAssets();
  }
  show();
  const at = document.querySelector(`#evidence [data-step="${place}"]`) || byId("evidence");
  at.scrollIntoView({ block: "nearest" });
}

function recompute() {
  state.now = compute(active());
  if (active().length) state.back = true;  // what is closed one way may stay open by another
  showCounts();
  showAssets();
  show();
}

/** Arrow keys, Home, End and Page keys move through the list of assets. */
function keys(event) {
  const list = filtered().slice(0, MOST_LISTED).map((one) => one.node);
  const at = list.indexOf(state.chosenNode);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, Home: 0, End: list.length - 1, PageDown: at + 10,
    PageUp: at - 10 }[event.key];
  if (event.key === "Escape") choose(-1);
  else if (to === undefined || !list.length) return;
  else choose(list[Math.max(0, Math.min(list.length - 1, to))]);
  event.preventDefault();
  const row = byId(`asset-${state.chosenNode}`);
  if (row) row.scrollIntoView({ block: "nearest" });
}

function follow() {
  const place = raw.anchors.indexOf(location.hash.slice(1));
  if (place < 0) return;
  chooseStep(place);
  // Where the step is told in words the link leads there; what it rests on shows in the panel as well.
  (byId(raw.anchors[place]) || byId("evidence")).scrollIntoView({ block: "center" });
}

function begin() {
  state.before = compute([]);
  state.now = state.before;
  const list = byId("assets");
  list.setAttribute("role", "listbox");
  list.setAttribute("tabindex", "0");
  list.addEventListener("keydown", keys);
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-node]");
    if (row) choose(Number(row.dataset.node));
  });
  if (!byId("assets-more")) list.after(html("p", { class: "hint", id: "assets-more" }));
  for (const id of ["filters", "what-if", "map-tools", "counts"]) if (byId(id)) byId(id).hidden = false;
  for (const id of ["search", "kind", "sensitivity"]) byId(id).addEventListener("input", showAssets);
  if (byId("what-if")) byId("what-if").addEventListener("change", recompute);
  byId("evidence").addEventListener("click", (event) => {
    const link = event.target.closest("[data-step]");
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.getAttribute("href"));
    chooseStep(Number(link.dataset.step));
    const again = document.querySelector(`#evidence [data-step="${link.dataset.step}"]`);
    if (again) again.focus({ preventScroll: true });
  });
  byId("map").addEventListener("click", (event) => {
    const at = event.target.closest("[data-item],[data-arrow]");
    if (!at) return;
    if (at.dataset.arrow !== undefined) { chooseStep(state.picture.arrows[at.dataset.arrow].steps[0]); return; }
    const item = state.picture.items.find((one) => one.members[0] === Number(at.dataset.item));
    if (item.group !== undefined) unfold(item.group);
    else if (assets.some((one) => one.node === item.members[0])) choose(item.members[0]);
  });
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => { state.printed = [...document.querySelectorAll("details:not([open])")]; });
  showCounts();
  showAssets();
  show();
  follow();
}

begin();
window.graphscan = { compute, facts, nodes, targets, choices };
