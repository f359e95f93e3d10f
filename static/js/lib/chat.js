/** What views and elements know of the chat and can do in it, in one place. Everything read here follows signals. */
export { connectNow, sayPresence, sayTyping, start } from "./client.js";
export * from "./connection.js";
export * from "./dnd.js";
export * from "./keeping.js";
export * from "./mentions.js";
export * from "./messages.js";
export * from "./names.js";
export * from "./own_emoji_list.js";
export * from "./people.js";
export * from "./planning.js";
export * from "./polls.js";
export * from "./reading.js";
export * from "./rooms.js";
export { clearStatus, setAway, setStatus } from "./status.js";
export * from "./threads.js";
export * from "./unsent.js";
export * from "./words.js";
