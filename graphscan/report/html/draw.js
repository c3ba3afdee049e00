// The picture of what is shown; every text is put in as text.

const SVG = "http://www.w3.org/2000/svg";

function make(name, attributes = {}, ...children) {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) one.setAttribute(key, value);
  for (const child of children) if (child !== null) one.append(child);
  return one;
}

function html(name, attributes = {}, ...children) {
  const one = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) one.setAttribute(key, value);
  for (const child of children) if (child !== null) one.append(child);
  return one;
}

const many = (count, kind) => `${count.toLocaleString("en-US")} ${raw.looks[kind][count === 1 ? 5 : 6]}`;
const cut = (said, longest) => (said.length <= longest ? said : `${said.slice(0, longest - 1)}…`);
const MARKS = { crown_jewel: "★", confidential: "◆" };
const LINE = 16;
const more = new Map(raw.more);
const implied = new Set(steps.filter((step) => step.technique === IMPLIES).map((step) => step.target));

function badge(kind) {
  const said = raw.looks[kind][5];
  return make("svg", { class: "badge", width: 20, height: 20, role: "img", "aria-label": said },
    make("use", { href: `#k-${raw.looks[kind][0]}` }));
}

function sizeOf(members) {
  return members.length + members.reduce((sum, node) => sum + (more.get(node) || 0), 0);
}

function twoLines(said) {
  if (said.length <= LINE) return [said];
  let at = -1;
  for (const sign of " -_./:@") {
    const place = said.lastIndexOf(sign, LINE);
    if (place > 3) at = Math.max(at, place);
  }
  at = at > 0 ? at + 1 : LINE;
  return [said.slice(0, at).trim(), cut(said.slice(at).trim(), LINE)];
}

/** Return what a node is now: known, possible, or gone where acts have closed it. */
function stateOf(node, state) {
  const access = nodes[node].facts.filter((fact) => facts[fact].level !== REACHABLE);
  const own = access.length ? access : nodes[node].facts;  // to be talked to is no access
  if (own.some((fact) => state.must[fact])) return "known";
  return own.some((fact) => state.may[fact]) ? "possible" : "gone";
}

function card(item, [x, y], state) {
  const first = nodes[item.members[0]];
  const single = item.members.length === 1;
  const held = item.members.filter((node) => stateOf(node, state) !== "gone");
  const now = held.length ? stateOf(held[0], state) : "gone";
  const strongest = first.facts.filter((fact) => !implied.has(fact)).map((fact) => facts[fact].level);
  const levels = (strongest.filter((one) => one !== REACHABLE).length ? strongest.filter((one) => one !== REACHABLE)
    : strongest).join(", ");
  const lost = item.members.length - held.length;
  const top = cut(single ? first.label : many(sizeOf(item.members), first.kind), 2 * LINE);
  const below = lost && !single ? `${lost} closed` : levels;
  const classes = ["card", startNodes.has(first.place) ? "start" : "", now, first.sensitivity, single ? "" : "family",
    first.facts.some((fact) => isTarget.has(fact)) ? "target" : ""].filter(Boolean).join(" ");
  const lines = twoLines(top);
  const said = single ? `${raw.looks[first.kind][5]} ${first.id} (${levels})` : `${top}, as ${first.id} (${levels})`;
  const mark = MARKS[first.sensitivity];
  return make("g", { class: classes, "data-item": item.members[0] },
    make("title", {}, said + (now === "gone" ? ": closed" : "")),
    single ? null : make("rect", { x: x + 3, y: y - HIGH / 2 - 3, width: CARD, height: HIGH, rx: 6, class: "behind" }),
    make("rect", { x, y: y - HIGH / 2, width: CARD, height: HIGH, rx: 6, class: "face" }),
    make("use", { href: `#k-${raw.looks[first.kind][0]}`, x: x + 4, y: y - 13, width: 26, height: 26 }),
    ...lines.map((line, number) =>
      make("text", { x: x + 32, y: y - 4 + 12 * number - (lines.length > 1 ? 6 : 0), class: "name" }, line)),
    make("text", { x: x + 32, y: y + 15, class: "below" }, cut(below, 22)),
    mark ? make("text", { x: x + CARD - 5, y: y + 15, "text-anchor": "end", class: "worth" }, mark) : null);
}

function pathOf({ points, head, back }) {
  if (back) {
    let [x, y] = points[0], [toX, toY] = points[points.length - 1];
    x -= 18;
    y += HIGH / 2;
    if (head) { toX += 18; toY += HIGH / 2; }
    const deep = Math.max(y, toY) + 22;
    return `M${x} ${y}C${x} ${deep} ${toX} ${deep} ${toX} ${toY}`;
  }
  let said = `M${points[0][0]} ${points[0][1]}`;
  for (let place = 1; place < points.length; place += 1) {
    const [x, y] = points[place - 1], [toX, toY] = points[place];
    const bend = (toX - x) / 2;
    said += y === toY ? `H${toX}` : `C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
  }
  return said;
}

function headOf({ points, head, back }) {
  const [x, y] = points[points.length - 1];
  if (!head) return null;
  return make("path", { class: "head", d: back ? `M${x + 18} ${y + HIGH / 2}l-3.5 7h7z` : `M${x} ${y}l-7 -3.5v7z` });
}

/** Draw what is shown; return the picture. */
function draw(shown, state, chosen) {
  const placed = layOut(shown);
  const arrowState = shown.arrows.map(({ steps: several }) => {
    if (several.some((place) => !steps[place].possible && fires(steps[place], state.must))) return "known";
    return several.some((place) => fires(steps[place], state.may)) ? "possible" : "gone";
  });
  const mine = (number) => shown.arrows[number].steps.includes(chosen);
  const lines = placed.lines.map((line) => make("g",
    { class: `line ${arrowState[line.number]}${mine(line.number) ? " chosen" : ""}`, "data-arrow": line.number },
    make("path", { d: pathOf(line), class: "wide" }), make("path", { d: pathOf(line) }), headOf(line)));
  const joins = placed.joins.map(([number, x, y]) => make("g",
    { class: `join ${arrowState[number]}${mine(number) ? " chosen" : ""}`, "data-arrow": number },
    make("title", {}, `all ${shown.arrows[number].bodies.length} are needed`),
    make("circle", { cx: x, cy: y, r: 8 }), make("text", { x, y: y + 4, "text-anchor": "middle" }, "&")));
  const cards = shown.items.map((item, place) => card(item, placed.items[place], state));
  return make("svg", { viewBox: `0 0 ${placed.width} ${placed.height}`, width: placed.width, height: placed.height,
    role: "img", id: "picture", "aria-label": `The ways drawn: ${shown.items.length} nodes and families, ` +
      `${shown.arrows.length} arrows. The steps are listed at the right.` },
  make("g", { class: "lines" }, ...lines), make("g", { class: "joins" }, ...joins), make("g", { class: "cards" }, ...cards));
}
