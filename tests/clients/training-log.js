// Keeps a training log through the npm package mlflow, as its README shows it.
// usage: node training-log.js ENDPOINT TOKEN; the last line printed is the result as JSON.
const MLflow = require('mlflow').default ?? require('mlflow')
const { ViewType } = require('mlflow/enum')

const [endpoint, token] = process.argv.slice(2)
const { Experiments, Runs, Metrics, Artifacts } = new MLflow({ endpoint, headers: { Authorization: `Bearer ${token}` } })

const refusalOf = call => call.then(() => 'not refused', e => e.message)
const stageOf = async experiment_id => (await Experiments.get({ experiment_id })).experiment.lifecycle_stage

async function train(experiment_id, auc) {
  const { run } = await Runs.create({ experiment_id, user_id: 'node', start_time: 1700000000000, tags: [{ key: 'team', value: 'pricing' }] })
  const { run_id } = run.info
  await Runs.logParameter({ run_id, key: 'lr', value: '0.1' })
  for (let step = 0; step < 4; step++) {
    await Runs.logMetric({ run_id, key: 'loss', value: 1 / 2 ** (step + 1), timestamp: 1700000000000 + step * 1000, step })
  }
  await Runs.logBatch({
    run_id,
    metrics: [{ key: 'auc', value: auc, timestamp: 1700000005000, step: 0 }],
    params: [{ key: 'depth', value: '6' }],
    tags: [{ key: 'stage', value: 'batch' }],
  })
  await Runs.setTag({ run_id, key: 'stage', value: 'done' })
  await Runs.update({ run_id, status: 'FINISHED', end_time: 1700000060000 })
  return run_id
}

async function main() {
  const { experiment_id } = await Experiments.create({ name: 'nodes experiment' })
  const result = { got: await Experiments.get({ experiment_id }) }
  result.twice = await refusalOf(Experiments.create({ name: 'nodes experiment' }))
  result.listed = (await Experiments.list({ view_type: ViewType.ACTIVE_ONLY })).experiments.map(e => e.name)

  const runs = []
  for (const auc of [0.7, 0.9, 0.4]) {
    runs.push(await train(experiment_id, auc))
  }
  const run_id = runs[0]
  result.run = (await Runs.get({ run_id })).run
  result.history = (await Metrics.getHistory({ run_id, metric_key: 'loss' })).metrics
  result.found = (await Runs.search({
    experiment_ids: [experiment_id],
    filter: "metrics.auc > 0.5 and tags.stage = 'done'",
    order_by: ['metrics.auc DESC'],
    run_view_type: ViewType.ACTIVE_ONLY,
    max_results: 10,
  })).runs
  result.artifacts = await Artifacts.list({ run_id })

  await Runs.delete({ run_id })
  result.runDeleted = (await Runs.get({ run_id })).run.info.lifecycle_stage
  await Runs.restore({ run_id })
  result.runRestored = (await Runs.get({ run_id })).run.info.lifecycle_stage
  result.refusal = await refusalOf(Runs.get({ run_id: '0'.repeat(32) }))

  await Experiments.update({ experiment_id, new_name: 'renamed' })
  result.renamed = (await Experiments.get({ experiment_id })).experiment.name
  await Experiments.delete({ experiment_id })
  result.deleted = await stageOf(experiment_id)
  await Experiments.restore({ experiment_id })
  result.restored = await stageOf(experiment_id)
  return result
}

main().then(
  result => console.log(JSON.stringify(result)),
  error => {
    console.error(error)
    process.exit(1)
  },
)
