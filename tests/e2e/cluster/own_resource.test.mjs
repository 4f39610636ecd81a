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
const rulesOf = ([, field]) => field['x-kubernetes-validations']?.map(({ message }) => message);

test('the targets are positive, as a use of any size is infinitely often one of 0', () => {
  const targets = quantities.filter(([path]) => path.includes('.target.'));
  assert.equal(targets.length, 2 * 5, 'value and averageValue of each type');
  for (const target of targets) assert.deepEqual(rulesOf(target), ['must be positive'], target[0]);
});

test('tolerances are not negative', () => {
  const tolerances = quantities.filter(([path]) => path.endsWith('.tolerance'));
  assert.equal(tolerances.length, 2);
  for (const tolerance of tolerances) assert.deepEqual(rulesOf(tolerance), ['must be greater than or equal to 0'], tolerance[0]);
});

// The API server refuses a schema whose rules could take too long.
test('quantities are short', () => {
  for (const [path, field] of quantities) assert.equal(field.maxLength, 64, path);
});
