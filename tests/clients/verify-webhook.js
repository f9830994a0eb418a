// Verifies a delivery as its receiver would, with the npm package standardwebhooks. On its input: {"secret", "headers", "body"}.
const { Webhook } = require('standardwebhooks');

let text = '';
process.stdin.on('data', part => { text += part; });
process.stdin.on('end', () => {
  const { secret, headers, body } = JSON.parse(text);
  try {
    console.log(`verified ${new Webhook(secret).verify(body, headers).type}`);
  } catch (e) {
    console.log(`${e.constructor.name}: ${e.message}`);
  }
});
