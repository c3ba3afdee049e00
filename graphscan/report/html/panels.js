// The panels around the picture: the list of assets, the steps and what they rest on, the counts.

const state = {
  now: null, before: null, chosenNode: -1, chosenStep: -1, unfolded: new Set(), zoom: 0, fit: false, shownZoom: 1,
  possible: false, back: false, picture: null,
};
const MOST_LISTED = 2000, MOST_DRAWN = 400, MOST_STEPS = 200;

function which(said) {
  if (said.length <= 200) return html("code", {}, said);
  return html("code", { class: "long", tabindex: "0", role: "group", "aria-label": "a long identifier" }, said);
}

function named(node, level) {
  const one = nodes[node];
  return html("span", { class: "node" }, badge(one.kind), " ", which(one.id),
    one.name && one.name !== one.id ? html("span", { class: "name" }, ` ${one.name}`) : null,
    level ? html("span", { class: "level" }, ` ::${level}`) : null);
}

const number = (count) => count.toLocaleString("en-US");

/** Each asset once, with its facts that count. */
const assets = [...new Set(targets.map((fact) => facts[fact].node))].map((node) => ({
  node, facts: nodes[node].facts.filter((fact) => isTarget.has(fact)),
  count: 1 + (more.get(node) || 0),  // those alike that are not embedded share its fate
}));
const embedded = assets.reduce((sum, one) => sum + one.count, 0);

function factState(list, now) {
  if (list.some((fact) => now.must[fact])) return "known";
  return list.some((fact) => now.may[fact]) ? "possible" : "gone";
}

function filtered() {
  const words = byId("search").value.trim().toLowerCase();
  const kind = byId("kind").value, worth = byId("sensitivity").value;
  return assets.filter(({ node }) => {
    const one = nodes[node];
    return (!kind || one.kind === kind) && (!worth || one.sensitivity === worth)
      && (!words || one.id.toLowerCase().includes(words) || one.name.toLowerCase().includes(words));
  });
}

function showAssets() {
  const found = filtered();
  const list = byId("assets");
  list.replaceChildren(...found.slice(0, MOST_LISTED).map(({ node, facts: own }) => {
    const one = nodes[node];
    const now = factState(own, state.now);
    const levels = own.map((fact) => facts[fact].level).join(", ");
    return html("li", {
      role: "option", id: `asset-${node}`, "data-node": node, class: now, "aria-selected": String(node === state.chosenNode),
    }, badge(one.kind), " ", html("span", { class: "which" }, one.id),
    MARKS[one.sensitivity] ? html("span", { class: `worth ${one.sensitivity}`, role: "img",
      "aria-label": one.sensitivity.replace("_", " ") }, ` ${MARKS[one.sensitivity]}`) : null,
    html("span", { class: "level" }, ` ${levels}`),
    now === "known" ? null : html("span", { class: now === "gone" ? "closed" : "maybe" }, now === "gone" ? " closed" : " possible"),
    one.name && one.name !== one.id ? html("span", { class: "name" }, one.name) : null);
  }));
  if (state.chosenNode >= 0 && byId(`asset-${state.chosenNode}`)) {
    list.setAttribute("aria-activedescendant", `asset-${state.chosenNode}`);
  } else list.removeAttribute("aria-activedescendant");
  const left = raw.total - assets.length;
  const hidden = found.length - Math.min(found.length, MOST_LISTED);
  const said = [];
  if (found.length < assets.length) said.push(`${number(found.length)} of ${number(assets.length)} match`);
  if (hidden) said.push(`${number(hidden)} more match and are not listed: search for them`);
  if (left > 0) said.push(`${number(left)} more are not listed one by one: most go with one that is`);
  byId("assets-more").textContent = said.join("; ");
}

function showCounts() {
  const count = (now, wanted) => assets.reduce((sum, one) => sum + (factState(one.facts, now) === wanted ? one.count : 0), 0);
  const known = count(state.now, "known"), possible = count(state.now, "possible");
  const done = active().length, later = ticked().length - done;
  const box = byId("counts");
  const said = [html("b", {}, `${number(known)} ${known === 1 ? "asset" : "assets"} known`), ` and ${number(possible)} possible to be reached`];
  if (done) {
    const were = count(state.before, "known") + count(state.before, "possible");
    said.push(`, of ${number(were)} before `, html("b", {}, `${done} ${done === 1 ? "act" : "acts"}`), " tried",
      `; ${number(were - known - possible)} closed`);
  }
  if (later) said.push(`; ${later} ${later === 1 ? "act is" : "acts are"} after the instant of this report and do not count`);
  if (raw.total > embedded) {
    said.push(` (of the ${number(embedded)} whose ways are embedded; ${number(raw.total - embedded)} more are listed below)`);
  }
  said.push(".");
  box.replaceChildren(...said);
}

/** The steps of what is shown, to choose from with or without a pointer; and what the chosen one rests on. */
function showSteps(order) {
  const box = byId("evidence");
  const told = order.filter((place) => steps[place].technique !== IMPLIES
    && steps[place].body.some((fact) => !anyone.has(fact)));
  const rows = told.slice(0, MOST_STEPS).map((place) => {
    const step = steps[place];
    const row = html("li", {}, html("a", {
      href: `#${step.anchor}`, "data-step": place, "aria-current": place === state.chosenStep ? "true" : null,
    }, step.title), html("div", { class: "hint" }, `${label(step.source)} → ${label(step.target)}`));
    if (place === state.chosenStep) row.append(rests(step));
    return row;
  });
  const what = state.chosenNode >= 0 ? "First way to " : "First ways to all that is drawn";
  box.replaceChildren(
    html("p", {}, what, state.chosenNode >= 0 ? named(state.chosenNode) : null, ", step by step. Choose one for its evidence:"),
    html("ol", { class: "steps" }, ...rows),
    rows.length < told.length
      ? html("p", { class: "hint" }, `The first ${rows.length} of ${number(told.length)} steps are listed.`) : "",
    state.chosenStep >= 0 && !order.includes(state.chosenStep) ? rests(steps[state.chosenStep]) : "");
}

const label = (fact) => `${nodes[facts[fact].node].label}::${facts[fact].level}`;

function rests(step) {
  const also = step.guard.filter((fact) => fact !== step.source);
  const list = step.evidence.map((place) => {
    const [kind, source, target, observed, how, where, instance, at, rule, gap] = evidence[place];
    if (gap) return html("li", { class: "maybe" }, `Nobody states it: ${gap}.`);
    return html("li", {}, which(source), ` ${kind} `, which(target), html("div", { class: "hint" },
      `${how}${observed === "yes" ? "" : ` (${observed})`}, said by ${instance}${at ? `, ${at}` : ""}${rule ? `, by ${rule}` : ""}`,
      where ? html("div", {}, html("code", {}, where)) : null));
  });
  return html("div", { class: "rests-on", id: `at-${step.anchor}` },
    html("p", {}, named(facts[step.source].node, facts[step.source].level), " → ",
      named(facts[step.target].node, facts[step.target].level)),
    also.length ? html("p", {}, "Needs as well:") : null,
    also.length ? html("ul", {}, ...also.map((fact) => html("li", {}, named(facts[fact].node, facts[fact].level),
      anyone.has(fact) ? html("span", { class: "hint" }, " (anyone has it)") : null))) : null,
    html("p", {}, step.possible ? "Possible, not known. " : "", list.length ? "It rests on:" : "It rests on no relation."),
    html("ul", {}, ...list),
    html("p", { class: "hint" }, "Technique ", html("code", {}, step.technique), "; link to this step: ",
      html("a", { href: `#${step.anchor}` }, `#${step.anchor}`)));
}
