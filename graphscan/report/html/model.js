// The embedded slice, and the least fixed point over its steps: what is held when some acts are done.

const byId = (id) => document.getElementById(id);
const raw = JSON.parse(byId("slice").textContent);
const say = (place) => raw.texts[place];

const nodes = raw.nodes.map(([id, name, kind, subtype, provider, sensitivity, hypothetical], place) => ({
  place, id: say(id), name: say(name), kind: say(kind), subtype: say(subtype), provider: say(provider),
  sensitivity: say(sensitivity), hypothetical: Boolean(hypothetical), facts: [],
  get label() { return this.name && this.id.includes(":") ? this.name : this.id; },
}));
const facts = raw.facts.map(([node, level], place) => {
  nodes[node].facts.push(place);
  return { place, node, level: say(level) };
});
const IMPLIES = "implies";
const steps = raw.steps.map(([source, target, guard, technique, title, possible, evidence], place) => ({
  place, source, target, guard, technique: say(technique), title: say(title), possible: Boolean(possible),
  evidence, anchor: raw.anchors[place], body: [...new Set([source, ...guard])],
}));
const evidence = raw.evidence.map((one) => one.map(say));
const choices = raw.choices.map(([action, node, drops, forbids, date]) => ({ action, node, drops, forbids, date }));
const targets = raw.targets;
const isTarget = new Set(targets);
const anyone = new Set([...raw.ambient, ...raw.possible_ambient]);
const startNodes = new Set([...raw.starts, ...raw.possible_starts].map((fact) => facts[fact].node));

// Which steps need each fact, and which give it, as one long list and where each part of it begins.
const uses = index(facts.length, steps, (step) => step.body);
const gives = index(facts.length, steps, (step) => [step.target]);

function index(count, list, of) {
  const begin = new Int32Array(count + 1);
  for (const one of list) for (const fact of of(one)) begin[fact + 1] += 1;
  for (let fact = 0; fact < count; fact += 1) begin[fact + 1] += begin[fact];
  const next = begin.slice();
  const items = new Int32Array(begin[count]);
  list.forEach((one, place) => { for (const fact of of(one)) items[next[fact]++] = place; });
  return { begin, items, of: (fact) => items.subarray(begin[fact], begin[fact + 1]) };
}

/** Facts that are held: from the starts and what anyone has, less what the acts take away; each guard is an AND. */
function fixedPoint(may, done) {
  const shut = new Uint8Array(facts.length);
  const dropped = new Uint8Array(facts.length);
  for (const choice of done) {
    for (const fact of choice.forbids) shut[fact] = 1;
    for (const fact of choice.drops) dropped[fact] = 1;
  }
  const held = new Uint8Array(facts.length);
  const lacking = Int32Array.from(steps, (step) => step.body.length);
  const queue = [];
  const hold = (fact) => {
    if (!held[fact] && !shut[fact]) {
      held[fact] = 1;
      queue.push(fact);
    }
  };
  const begin = [...raw.starts, ...raw.ambient, ...(may ? [...raw.possible_starts, ...raw.possible_ambient] : [])];
  for (const fact of begin) if (!dropped[fact]) hold(fact);
  while (queue.length) {
    const fact = queue.pop();
    for (const place of uses.of(fact)) {
      lacking[place] -= 1;
      const step = steps[place];
      if (!lacking[place] && (may || !step.possible)) hold(step.target);
    }
  }
  return held;
}

/** Must and may, with the acts at some places in `choices` done. */
function compute(places) {
  const done = places.map((place) => choices[place]);
  return { must: fixedPoint(false, done), may: fixedPoint(true, done) };
}

const fires = (step, held) => step.body.every((fact) => held[fact]) && held[step.target];

/** Nodes and steps of all ways to a node: steps taken, followed back through all that they need. */
function waysTo(node, held) {
  const seen = new Set(nodes[node].facts.filter((fact) => held[fact]));
  const todo = [...seen];
  const taken = new Set();
  while (todo.length) {
    const fact = todo.pop();
    for (const place of gives.of(fact)) {
      if (!fires(steps[place], held)) continue;
      taken.add(place);
      for (const needed of steps[place].body) {
        if (!seen.has(needed) && !anyone.has(needed)) todo.push(needed);
        seen.add(needed);
      }
    }
  }
  return { nodes: new Set([...seen].map((fact) => facts[fact].node)), steps: taken };
}

/** The steps of a slice in an order in which each comes after what it needs, the first that gives each fact alone. */
function inOrder(taken, held) {
  const have = new Set([...raw.starts, ...raw.possible_starts, ...anyone].filter((fact) => held[fact]));
  const order = [];
  let left = [...taken];
  for (;;) {
    const later = [];
    for (const place of left) {
      const step = steps[place];
      if (!step.body.every((fact) => have.has(fact))) { later.push(place); continue; }
      if (!have.has(step.target)) {
        have.add(step.target);
        order.push(place);
      }
    }
    if (later.length === left.length || !later.length) return order;
    left = later;
  }
}
