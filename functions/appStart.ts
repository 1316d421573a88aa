/** Start-up: a bad setting stops the app here, before it takes any work. */
import { app } from "@azure/functions";
import { start } from "../shared/runtime.js";

// Chunked bodies, which .NET clients send, arrive only through the stream.
app.setup({ enableHttpStream: true });

app.hook.appStart(() => {
  for (const warning of start().warnings) console.warn(`warning: ${warning}`); // by that word the host knows how serious a line is
});
