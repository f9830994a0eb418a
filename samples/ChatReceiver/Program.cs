using ChatReceiver;

await using var app = ChatApp.Build(args);
await app.RunAsync();
