// Calls argv[2] argv[3] times a second until standard input ends; prints a line for each call's end.
const grpc = require("@grpc/grpc-js");
require("@grpc/grpc-js-xds").register();

const [target, perSecond] = process.argv.slice(2);
const bytes = (value) => value;
const client = new grpc.Client(target, grpc.credentials.createInsecure());
let pending = 0;
let sent = 0;
let ended = false;

function endWhenDone() {
  if (ended && pending === 0) {
    process.exit(0);
  }
}

function call() {
  pending++;
  client.makeUnaryRequest("/chancery.testing.Echo/Who", bytes, bytes, Buffer.alloc(0), { deadline: Date.now() + 15000 },
    (error, answer) => {
      pending--;
      console.log(error ? `failed ${grpc.status[error.code]} ${error.details.replace(/\s+/g, " ")}` : `ok ${answer}`);
      endWhenDone();
    });
}

const begun = Date.now();
const pace = setInterval(() => {
  for (const due = ((Date.now() - begun) * perSecond) / 1000; sent < due; sent++) {
    call();
  }
}, 5);
process.stdin.resume();
process.stdin.on("end", () => {
  clearInterval(pace);
  ended = true;
  endWhenDone();
});
