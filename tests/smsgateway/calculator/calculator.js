// A text in JSON on each line in; its encoding and its segments out, by Twilio's rules.
const { SegmentedMessage } = require("sms-segments-calculator");
const lines = require("readline").createInterface({ input: process.stdin });

lines.on("line", (line) => {
  const message = new SegmentedMessage(JSON.parse(line), "auto", false);
  console.log(JSON.stringify([message.getEncodingName(), message.segmentsCount]));
});
