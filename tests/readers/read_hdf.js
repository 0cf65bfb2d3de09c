// Reads an HDF file with inspecjs, the reader of Heimdall, and compares its verdicts with the evaluation.
const fs = require('fs');
const path = require('path');
const assert = require('assert');
const {convertFile, contextualizeEvaluation} = require('inspecjs');

const folder = process.argv[2];
const read = name => fs.readFileSync(path.join(folder, name), 'utf8');
const evaluation = JSON.parse(read('evaluation.json'));
const file = contextualizeEvaluation(convertFile(read('hdf.json'))['1_0_ExecJson']);
const controls = file.contains.flatMap(profile => profile.contains);

const failing = new Set(
    evaluation.findings.filter(own => own.effective_status === 'fail').map(own => own.rule_id)
);
const seen = new Set();
for (const {hdf} of controls) {
    const id = hdf.wraps.id;
    seen.add(id);
    assert.strictEqual(hdf.status === 'Failed', failing.has(id), `${id}: ${hdf.status}`);
    assert.ok(hdf.rawNistTags.length > 0, `${id}: no NIST control`);
}
for (const id of failing) assert.ok(seen.has(id), `${id} is not in the file`);
console.log(`hdf.json: ${controls.length} controls, ${failing.size} failed, as the evaluation says`);
