// Drives an org with the official JavaScript SDK and prints what came back, step by step, as one JSON
// object. The scenario is a JSON object on stdin; it and the steps are those of `actions.py`.
'use strict';

const sdk = require('purecloud-platform-client-v2');

const scenario = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const steps = {};

async function attempt(step, promise) {
  try {
    const answer = await promise;
    steps[step] = answer === undefined ? null : answer;
    return answer;
  } catch (error) {
    const body = error.body || error;
    steps[step] = { status: body.status, body };
    return undefined;
  }
}

function withTemplate(template, version) {
  const config = JSON.parse(JSON.stringify(scenario.action.config));
  config.response.successTemplate = template;
  return { config, version };
}

async function main() {
  const client = sdk.ApiClient.instance;
  const url = new URL(scenario.url);
  client.config.setGateway({ host: url.hostname, protocol: 'http', port: Number(url.port) });
  await client.loginClientCredentialsGrant(scenario.client_id, scenario.client_secret);
  const integrations = new sdk.IntegrationsApi();
  const architect = new sdk.ArchitectApi();

  const flows = await attempt('flows', architect.getFlows({ pageSize: 5 }));
  await attempt('configuration', architect.getFlowLatestconfiguration(flows.entities[0].id));
  await attempt('flows past the end', architect.getFlows({ pageNumber: 999 }));
  await attempt('list', integrations.getIntegrationsActions({ pageSize: 5, sortBy: 'name' }));
  await attempt('list past the end', integrations.getIntegrationsActions({ pageNumber: 999 }));

  const listed = await attempt('integrations', integrations.getIntegrations());
  const home = listed.entities.find((each) => each.integrationType.id === 'purecloud-data-actions');
  const body = { ...scenario.action, category: 'Conformance', integrationId: home.id, secure: false };

  const draft = await attempt('draft', integrations.postIntegrationsActionsDrafts(body));
  const id = draft.id;
  await attempt('get before publish', integrations.getIntegrationsAction(id));
  const change = { category: 'Waiting', version: draft.version };
  const patched = await attempt('patch', integrations.patchIntegrationsActionDraft(id, change));
  await attempt('stale patch', integrations.patchIntegrationsActionDraft(id, change));
  await attempt('validation', integrations.getIntegrationsActionDraftValidation(id));
  await attempt('test', integrations.postIntegrationsActionDraftTest(id, scenario.input));
  await attempt(
    'stale publish',
    integrations.postIntegrationsActionDraftPublish(id, { version: patched.version + 1 }),
  );
  await attempt('publish', integrations.postIntegrationsActionDraftPublish(id, { version: patched.version }));
  await attempt('get', integrations.getIntegrationsAction(id, { expand: 'contract', includeConfig: true }));
  await attempt('template', integrations.getIntegrationsActionTemplate(id, 'successtemplate.vm'));
  await attempt('schema', integrations.getIntegrationsActionSchema(id, 'inputschema.json'));
  await attempt('execute', integrations.postIntegrationsActionExecute(id, scenario.input));
  await attempt('execute without input', integrations.postIntegrationsActionExecute(id, {}));

  const again = await attempt('second draft', integrations.postIntegrationsActionDraft(id));
  const broken = await attempt(
    'break the template',
    integrations.patchIntegrationsActionDraft(id, withTemplate(scenario.broken, again.version)),
  );
  await attempt('failing test', integrations.postIntegrationsActionDraftTest(id, scenario.input));
  await attempt(
    'break it more',
    integrations.patchIntegrationsActionDraft(id, withTemplate(scenario.unparsable, broken.version)),
  );
  await attempt('failing validation', integrations.getIntegrationsActionDraftValidation(id));
  await attempt('discard', integrations.deleteIntegrationsActionDraft(id));

  const update = { name: 'Renamed By The SDK', version: 99 };
  await attempt('stale update', integrations.patchIntegrationsAction(id, update));
  update.version = (await integrations.getIntegrationsAction(id)).version;
  await attempt('update', integrations.patchIntegrationsAction(id, update));
  await attempt('delete', integrations.deleteIntegrationsAction(id));
  await attempt('get after delete', integrations.getIntegrationsAction(id));
  return steps;
}

main().then(
  (done) => process.stdout.write(`${JSON.stringify(done)}\n`, () => process.exit(0)),
  (error) => {
    process.stderr.write(`${error && error.stack ? error.stack : JSON.stringify(error)}\n`);
    process.exit(1);
  },
);
