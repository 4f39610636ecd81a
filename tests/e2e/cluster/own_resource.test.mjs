// The schema of the HorizontalPodAutoscalers of the own API group, of which the API server checks
// no more than it says.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import yaml from 'js-yaml';

const file = new URL('../../../deploy/kustomize/overlays/autoscaler-own-api/crd.yaml', import.meta.url);
const { spec } = yaml.load(await readFile(file, 'utf8'));
const schema = spec.versions[0].schema.openAPIV3Schema.properties.spec;

// Every [path, schema] below.
function* fields(path, node) {
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    yield [`${path}.${name}`, field];
    yield* fields(`${path}.${name}`, field);
  }
  if (node.items) yield* fields(`${path}[]`, node.items);
}
const quantities = [...fields('spec', schema)].filter(([, field]) => field['x-kubernetes-int-or-string']);

// Whether the API server would let `value` pass.
function takes(field, value) {
  if (typeof value === 'number') return value >= field.minimum;
  return new RegExp(field.pattern).test(value);
}

const positive = [1, '1', '+1', '100m', '.5', '0.5', '00.05', '1.', '10', '30M', '2Gi', '1e3', '1E-3', '1E'];
const zero = [0, '0', '+0', '0.0', '.0', '0m', '0e3'];
const wrong = [-1, '-1', '-100m', '', '.', 'm', '1 ', 'one'];

test('the targets are positive, as a use of any size is infinitely often one of 0', () => {
  const targets = quantities.filter(([path]) => path.includes('.target.'));
  assert.equal(targets.length, 2 * 5, 'value and averageValue of each type');
  for (const [path, field] of targets) {
    for (const value of positive) assert.ok(takes(field, value), `${path} ${value}`);
    for (const value of [...zero, ...wrong]) assert.ok(!takes(field, value), `${path} ${value}`);
  }
});

test('tolerances are not negative', () => {
  const tolerances = quantities.filter(([path]) => path.endsWith('.tolerance'));
  assert.equal(tolerances.length, 2);
  for (const [path, field] of tolerances) {
    for (const value of [...positive, ...zero]) assert.ok(takes(field, value), `${path} ${value}`);
    for (const value of wrong) assert.ok(!takes(field, value), `${path} ${value}`);
  }
});

// API servers before 1.34 take a quantity for as long as a whole request when they estimate a cost.
test('no rule in CEL is about a quantity, for which API servers would refuse the schema', () => {
  for (const [path, field] of quantities) assert.ok(!('x-kubernetes-validations' in field), path);
});
