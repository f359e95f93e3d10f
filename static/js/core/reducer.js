/**
 * What events and snapshots do to the state. Pure: every change returns new objects along its path and leaves the rest
 * alone, so that what did not change stays identical.
 */

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Room} Room */
/** @typedef {import("./types.js").Timeline} Timeline */
/** @typedef {import("./types.js").StreamEvent} StreamEvent */

/**
 * @param {number} userId
 * @param {number | null} [sessionId]
 * @param {string | null} [epoch]
 * @returns {State}
 */
export const emptyState = (userId, sessionId = null, epoch = null) => ({
  epoch,
  userId,
  sessionId,
  isSessionEnded: false,
  workspace: null,
  preferences: {},
  drafts: {},
  emoji: {},
  scheduled: {},
  reminders: {},
  pollVotes: {},
  users: {},
  rooms: {},
  members: {},
  pins: {},
  saved: {},
  timelines: {},
  threads: {},
  openRooms: null,
  streams: {},
  recounts: {},
});

/**
 * Take in the event that follows the stream's position, and move the position with it.
 * @param {State} state
 * @param {string} stream
 * @param {StreamEvent} event
 * @returns {State}
 */
export function apply(state, stream, event) {
  const handle = /** @type {Record<string, Handler<any> | undefined>} */ (handlers)[event.type];
  return moveMark(handle ? handle(state, stream, event) : state, stream, event);
}

/**
 * Start a stream from a snapshot.
 * @param {State} state
 * @param {import("./types.js").Snapshot} snapshot
 * @returns {State}
 */
export function applySnapshot(state, snapshot) {
  const { stream, stream_seq: position } = snapshot;
  const next = "room" in snapshot ? startRoom(state, snapshot) : startUser(state, snapshot);
  return { ...next, streams: { ...next.streams, [stream]: { position, seq: 0, countsSeq: 0 } } };
}

/**
 * Forget a stream that may not be seen any more, and its room.
 * @param {State} state
 * @param {string} stream
 * @returns {State}
 */
export function purge(state, stream) {
  const roomId = roomIdOf(stream);
  return {
    ...state,
    streams: without(state.streams, stream),
    rooms: without(state.rooms, roomId),
    members: without(state.members, roomId),
    pins: without(state.pins, roomId),
    timelines: without(state.timelines, roomId),
    threads: where(state.threads, thread => thread.room_id !== roomId),
    recounts: without(state.recounts, roomId),
  };
}

/** @param {string} stream */
export const roomIdOf = stream => (stream.startsWith("room-") ? Number(stream.slice(5)) : 0);

/**
 * Where something is typed.
 * @param {number} roomId
 * @param {number | null} parentId
 */
export const draftKey = (roomId, parentId) => `${roomId}-${parentId ?? 0}`;

/** @param {number} roomId */
export const roomStream = roomId => `room-${roomId}`;

/** @param {number} userId */
export const userStream = userId => `user-${userId}`;

/** @param {State} state */
export const positionsOf = state =>
  Object.fromEntries(Object.entries(state.streams).map(([stream, { position }]) => [stream, position]));

/**
 * Take in a message that an answer brought: newer than what is held, or not held yet.
 * @param {State} state
 * @param {Message} message
 * @returns {State}
 */
export const acceptMessage = (state, message) =>
  withTimeline(state, message.room_id, line => putMessage(line, message));

/**
 * Add or take back my reaction before the server says so; the event that follows carries all of them.
 * @param {State} state
 * @param {number} messageId
 * @param {string} emoji
 * @param {boolean} isOn
 * @returns {State}
 */
export function paintReaction(state, messageId, emoji, isOn) {
  const message = Object.values(state.timelines).reduce(
    (/** @type {Message | undefined} */ found, line) => found ?? findMessage(line, messageId),
    undefined,
  );
  if (!message || message.deleted_at) return state;
  const reactions = withReaction(message.reactions, emoji, state.userId, isOn);
  return withTimeline(state, message.room_id, line => replaceMessage(line, { ...message, reactions }));
}

/**
 * What an event makes of one message; the message itself when it says nothing about it.
 * @param {Message} message
 * @param {StreamEvent} event
 * @returns {Message}
 */
export function changeMessage(message, event) {
  if (event.message_id !== message.id || !event.data) return message;
  if ("message" in event.data) return newerOf(message, event.data.message);
  if ("thread" in event.data) return { ...message, thread: event.data.thread };
  // A tombstone keeps nothing else, whatever comes late.
  if ("poll" in event.data && !message.deleted_at) return { ...message, poll: event.data.poll };
  if ("previews" in event.data && !message.deleted_at) return { ...message, previews: event.data.previews };
  return "reactions" in event.data && !message.deleted_at
    ? { ...message, reactions: event.data.reactions }
    : message;
}

/**
 * Keep the history that a page brought, so that events find it.
 * @param {State} state
 * @param {number} roomId
 * @param {readonly Message[]} messages oldest first
 * @returns {State}
 */
export function keepFetched(state, roomId, messages) {
  return withTimeline(state, roomId, line => {
    // What is newer than the first one held is there, or comes as an event.
    const older = line.hasBefore ? messages.filter(({ id }) => id < line.messages[0].id) : [];
    return older.length ? { ...line, fetched: { ...line.fetched, ...byId(older, ({ id }) => id) } } : line;
  });
}

/**
 * Keep the newest messages of a room only.
 * @param {State} state
 * @param {number} roomId
 * @param {number} limit
 * @returns {State}
 */
export function trimRoom(state, roomId, limit) {
  const line = state.timelines[roomId];
  if (!line || (line.messages.length <= limit && !hasKeys(line.fetched))) return state;
  const isLong = line.messages.length > limit;
  const messages = isLong ? line.messages.slice(-limit) : line.messages;
  return withTimeline(state, roomId, () => ({ messages, hasBefore: line.hasBefore || isLong, fetched: {} }));
}

/**
 * Keep the newest messages of a room, and the older ones that somebody looks at.
 * @param {State} state
 * @param {number} roomId
 * @param {number} limit
 * @param {ReadonlySet<number>} inView
 * @returns {State}
 */
export function trimShownRoom(state, roomId, limit, inView) {
  const line = state.timelines[roomId];
  if (!line) return state;
  const cut = Math.max(0, line.messages.length - limit);
  const older = [...Object.values(line.fetched), ...line.messages.slice(0, cut)];
  const fetched = byId(
    older.filter(({ id }) => inView.has(id)),
    ({ id }) => id,
  );
  return withTimeline(state, roomId, () => ({
    messages: line.messages.slice(cut),
    hasBefore: line.hasBefore || cut > 0,
    fetched,
  }));
}

/**
 * Read up to a message, before the server says so. The counts come from the messages held, if these reach the mark.
 * @param {State} state
 * @param {number} roomId
 * @param {number} messageId
 * @returns {State}
 */
export function moveReadMark(state, roomId, messageId) {
  const room = state.rooms[roomId];
  if (!room || messageId <= room.read_message_id) return state;
  const next = withRoom(state, roomId, { read_message_id: messageId });
  return countHeld(next, roomId) ?? next;
}

/**
 * Count from the messages held; null when these do not reach back to the read mark.
 * @param {State} state
 * @param {number} roomId
 * @returns {State | null}
 */
export function countHeld(state, roomId) {
  const room = state.rooms[roomId];
  const line = state.timelines[roomId];
  if (!room || !line || (line.hasBefore && (line.messages[0]?.id ?? Infinity) > room.read_message_id))
    return null;
  const unread = line.messages.filter(message => isUnread(message, room, state.userId));
  const mentions = unread.filter(message => message.mentions.includes(state.userId));
  return setCounts(state, roomId, unread.length, mentions.length);
}

/**
 * Take over counts that stand at the room's present position.
 * @param {State} state
 * @param {number} roomId
 * @param {number} unread
 * @param {number} mentions
 * @returns {State}
 */
export function setCounts(state, roomId, unread, mentions) {
  const next = withRoom(state, roomId, { unread_count: unread, mention_count: mentions });
  const stream = roomStream(roomId);
  const mark = next.streams[stream];
  const streams = mark ? { ...next.streams, [stream]: { ...mark, countsSeq: mark.seq } } : next.streams;
  return { ...next, streams, recounts: without(next.recounts, roomId) };
}

// --- One handler per type of event ---

/**
 * @template {import("./types.js").EventType} T
 * @typedef {(state: State, stream: string, event: import("./types.js").StreamEvent<T>) => State} Handler
 */

/** @type {{[T in import("./types.js").EventType]: Handler<T>}} */
const handlers = {
  message_posted(state, stream, event) {
    const message = event.data?.message;
    const roomId = roomIdOf(stream);
    const put = message ? acceptMessage(state, message) : state;
    const counted = countPosted(put, stream, event);
    // A late event must not bring an older time back.
    const last = latest(counted.rooms[roomId]?.last_message_at, message?.created_at ?? event.at);
    return withRoom(counted, roomId, { last_message_at: last });
  },

  message_edited(state, stream, event) {
    if (!event.data) return state;
    const { message } = event.data;
    return dateNewest(acceptMessage(countEdited(state, stream, event, message), message), message);
  },

  message_deleted(state, stream, event) {
    if (!event.data) return state;
    const { message } = event.data;
    return dateNewest(acceptMessage(countDeleted(state, stream, event, message), message), message);
  },

  reaction_added: changeHeld,
  reaction_removed: changeHeld,
  thread_updated: changeHeld,

  message_pinned(state, stream, { data }) {
    const roomId = roomIdOf(stream);
    return data ? withPins(state, roomId, { ...state.pins[roomId], [data.message_id]: data.pin }) : state;
  },

  message_unpinned(state, stream, { data }) {
    const roomId = roomIdOf(stream);
    return data ? withPins(state, roomId, without(state.pins[roomId] ?? {}, data.message_id)) : state;
  },

  message_saved(state, _stream, { data }) {
    if (!data) return state;
    const { message_id: id, saved } = data;
    return { ...state, saved: saved.done_at ? without(state.saved, id) : { ...state.saved, [id]: saved } };
  },

  message_unsaved(state, _stream, { data }) {
    return data ? { ...state, saved: without(state.saved, data.message_id) } : state;
  },

  poll_voted: changeHeld,
  poll_closed: changeHeld,
  previews_changed: changeHeld,

  poll_vote_changed(state, _stream, { data }) {
    if (!data) return state;
    const { message_id: id, options } = data;
    const pollVotes = options.length ? { ...state.pollVotes, [id]: options } : without(state.pollVotes, id);
    return { ...state, pollVotes };
  },

  member_added(state, stream, { data }) {
    if (!data) return state;
    const { member, user } = data;
    const roomId = roomIdOf(stream);
    // My own stream tells how people change, and may be ahead of this; to a guest also whom they know at all.
    const known = state.users[user.id] || isGuest(state) ? state : withUser(state, user);
    const members = { ...known.members[roomId], [member.user_id]: member };
    const next = withMembers(known, roomId, members, { ...known.users, [user.id]: user });
    return member.user_id === state.userId ? withRoom(next, roomId, { role: member.role }) : next;
  },

  member_removed(state, stream, { data }) {
    const roomId = roomIdOf(stream);
    return data ? withMembers(state, roomId, without(state.members[roomId] ?? {}, data.user_id)) : state;
  },

  room_updated: changeRoom,
  room_archived: changeRoom,
  room_restored: changeRoom,

  room_joined(state, _stream, { data }) {
    if (!data) return state;
    const { room } = data;
    // The room's own stream may already be ahead of what this event says of it.
    const next = state.rooms[room.id] ? state : { ...state, rooms: { ...state.rooms, [room.id]: room } };
    return listRoom(next, room);
  },

  room_left(state, _stream, { data }) {
    if (!data) return state;
    const room = state.rooms[data.room_id];
    const next = dropDrafts(purge(state, data.stream), data.room_id);
    const listed = next.openRooms?.[data.room_id];
    // What happens in it is not told to me any more: the list keeps how I left it.
    return room && listed
      ? listRoom(next, { ...listed, ...notMine, member_count: room.member_count - 1 })
      : next;
  },

  room_listed(state, _stream, { data }) {
    return data ? listRoom(state, data.room) : state;
  },

  read_marked: moveMyMark,
  unread_marked: moveMyMark,

  thread_followed: keepThread,
  thread_unfollowed: keepThread,
  thread_read: keepThread,
  thread_counted: keepThread,

  room_preferences_changed(state, _stream, { data }) {
    return data ? withRoom(state, data.room_id, data.preferences) : state;
  },

  preferences_changed(state, _stream, { data }) {
    return data ? { ...state, preferences: data.preferences } : state;
  },

  draft_changed(state, _stream, { data }) {
    // Withdrawn: a later event of the same draft follows.
    if (!data) return state;
    const key = draftKey(data.room_id, data.parent_id);
    const drafts =
      data.text || data.quoted_id ? { ...state.drafts, [key]: data } : without(state.drafts, key);
    return { ...state, drafts };
  },

  scheduled_changed(state, _stream, { data }) {
    // Withdrawn: a later event of the same follows.
    return data
      ? { ...state, scheduled: { ...state.scheduled, [data.scheduled.id]: data.scheduled } }
      : state;
  },

  scheduled_removed(state, _stream, { data }) {
    return data ? { ...state, scheduled: without(state.scheduled, data.scheduled_id) } : state;
  },

  reminder_changed: changeReminder,
  reminder_due: changeReminder,

  reminder_removed(state, _stream, { data }) {
    return data ? { ...state, reminders: without(state.reminders, data.reminder_id) } : state;
  },

  user_joined(state, _stream, { data }) {
    return data ? withUser(state, data.user) : state;
  },

  user_updated(state, _stream, { data }) {
    if (!data) return state;
    const next = withUser(state, data.user);
    if (isGuest(next) === isGuest(state)) return next;
    // A guest sees no rooms that are open to all; whoever is none any more has not seen them yet.
    return { ...next, openRooms: isGuest(next) && state.openRooms ? {} : null };
  },

  people_shown(state, _stream, { data }) {
    return data ? { ...state, users: { ...state.users, ...byId(data.users, user => user.id) } } : state;
  },

  people_hidden(state, _stream, { data }) {
    return data ? { ...state, users: data.user_ids.reduce(without, state.users) } : state;
  },

  workspace_updated(state, _stream, { data }) {
    return data ? { ...state, workspace: data.workspace } : state;
  },

  emoji_added(state, _stream, { data }) {
    return data ? { ...state, emoji: { ...state.emoji, [data.emoji.id]: data.emoji } } : state;
  },

  emoji_removed(state, _stream, { data }) {
    return data ? { ...state, emoji: without(state.emoji, data.emoji_id) } : state;
  },

  session_ended(state, _stream, { data }) {
    return data && data.session_id === state.sessionId ? { ...state, isSessionEnded: true } : state;
  },

  // Concerns tools, which have no state here.
  token_ended: state => state,
};

/** Every type of event that the client knows. */
export const eventTypes = /** @type {import("./types.js").EventType[]} */ (Object.keys(handlers));

/**
 * A post whose payload was withdrawn tells when its event was written; the message itself, which follows, knows better.
 * @param {State} state
 * @param {Message} message
 * @returns {State}
 */
function dateNewest(state, { id, room_id: roomId, created_at: at }) {
  const isNewest = state.timelines[roomId]?.messages.at(-1)?.id === id;
  return isNewest && state.rooms[roomId]?.last_message_at !== at
    ? withRoom(state, roomId, { last_message_at: at })
    : state;
}

/** @type {Handler<"reaction_added" | "reaction_removed" | "thread_updated" | "poll_voted" | "poll_closed" | "previews_changed">} */
function changeHeld(state, stream, event) {
  const roomId = roomIdOf(stream);
  const message = findMessage(state.timelines[roomId], event.message_id ?? 0);
  if (!message) return state;
  return withTimeline(state, roomId, line => replaceMessage(line, changeMessage(message, event)));
}

/** @type {Handler<"reminder_changed" | "reminder_due">} */
function changeReminder(state, _stream, { data }) {
  return data ? { ...state, reminders: { ...state.reminders, [data.reminder.id]: data.reminder } } : state;
}

/** @type {Handler<"room_updated" | "room_archived" | "room_restored">} */
function changeRoom(state, stream, { data }) {
  return data ? withRoom(state, roomIdOf(stream), data.room) : state;
}

// --- Unread ---

/** @type {Handler<"read_marked" | "unread_marked">} */
function moveMyMark(state, _stream, event) {
  const room = event.data && state.rooms[event.data.room_id];
  // A snapshot has told of a later mark.
  if (!event.data || !room || event.seq <= room.read_seq) return state;
  const { room_id: roomId, message_id: readId, unread_count: unread, mention_count: mentions } = event.data;
  // I have read on since, and the server does not know it yet.
  if (event.type === "read_marked" && readId < room.read_message_id)
    return withRoom(state, roomId, { read_seq: event.seq });
  const next = withRoom(state, roomId, {
    read_message_id: readId,
    read_seq: event.seq,
    unread_count: unread,
    mention_count: mentions,
  });
  const stream = roomStream(roomId);
  const mark = next.streams[stream];
  if (!mark) return next;
  // The room is ahead of these counts: they miss what was applied since. Else they may be ahead of the room, and
  // hold what it has not brought yet.
  if (mark.seq > event.seq || mark.seq === 0) return countHeld(next, roomId) ?? markRecount(next, roomId);
  return {
    ...next,
    streams: { ...next.streams, [stream]: { ...mark, countsSeq: event.seq } },
    recounts: without(next.recounts, roomId),
  };
}

/** @type {Handler<"thread_followed" | "thread_unfollowed" | "thread_read" | "thread_counted">} */
function keepThread(state, _stream, { data }) {
  if (!data) return state;
  const { follow } = data;
  const isShown = follow.is_following && follow.unread_count > 0;
  if (!isShown) return { ...state, threads: without(state.threads, follow.message_id) };
  return { ...state, threads: { ...state.threads, [follow.message_id]: follow } };
}

/** @type {Handler<"message_posted">} */
function countPosted(state, stream, event) {
  const room = state.rooms[roomIdOf(stream)];
  if (!room || !countsFor(state, stream, event) || event.actor_id === state.userId) return state;
  // Whom a withdrawn text mentioned is not known, nor whether it stands in the timeline.
  if (!event.data) return markRecount(state, room.id);
  const { message } = event.data;
  return isInTimeline(message)
    ? addCounts(state, room, 1, message.mentions.includes(state.userId) ? 1 : 0)
    : state;
}

/**
 * @param {State} state
 * @param {string} stream
 * @param {StreamEvent} event
 * @param {Message} message
 */
function countEdited(state, stream, event, message) {
  const room = countingRoom(state, stream, event, message);
  if (!room) return state;
  const held = findMessage(state.timelines[room.id], message.id);
  if (!held) return markRecount(state, room.id);
  // An answer brought this version, or a later one, before its event.
  if (held.version >= message.version) return markRecount(state, room.id);
  const was = held.mentions.includes(state.userId) ? 1 : 0;
  const is = message.mentions.includes(state.userId) ? 1 : 0;
  return addCounts(state, room, 0, is - was);
}

/**
 * @param {State} state
 * @param {string} stream
 * @param {StreamEvent} event
 * @param {Message} message
 */
function countDeleted(state, stream, event, message) {
  const room = countingRoom(state, stream, event, message);
  if (!room) return state;
  const held = findMessage(state.timelines[room.id], message.id);
  const wasMention = held?.mentions.includes(state.userId);
  const next = addCounts(state, room, -1, wasMention ? -1 : 0);
  return held && held.version < message.version ? next : markRecount(next, room.id);
}

/**
 * The room whose counts a change of a message of somebody else touches.
 * @param {State} state
 * @param {string} stream
 * @param {StreamEvent} event
 * @param {Message} message
 */
function countingRoom(state, stream, event, message) {
  const isCounted = message.author_id !== state.userId && isInTimeline(message);
  return isCounted && countsFor(state, stream, event) ? state.rooms[roomIdOf(stream)] : undefined;
}

/** Replies stand in their thread, and in the room's timeline only if they were sent there too. @param {Message} message */
export const isInTimeline = message => message.parent_id === null || message.also_in_room;

/**
 * Whether an event of a message touches the counts: it is behind the read mark, and the counts do not hold it yet.
 * @param {State} state
 * @param {string} stream
 * @param {StreamEvent} event
 */
function countsFor(state, stream, event) {
  const readId = state.rooms[roomIdOf(stream)]?.read_message_id ?? 0;
  return (event.message_id ?? 0) > readId && event.seq > (state.streams[stream]?.countsSeq ?? 0);
}

/**
 * @param {State} state
 * @param {Room} room
 * @param {number} unread
 * @param {number} mentions
 */
const addCounts = (state, room, unread, mentions) =>
  withRoom(state, room.id, {
    unread_count: Math.max(0, room.unread_count + unread),
    mention_count: Math.max(0, room.mention_count + mentions),
  });

/**
 * @param {State} state
 * @param {number} roomId
 * @returns {State}
 */
const markRecount = (state, roomId) => ({ ...state, recounts: { ...state.recounts, [roomId]: true } });

/**
 * @param {Message} message
 * @param {Room} room
 * @param {number} userId
 */
const isUnread = (message, room, userId) =>
  message.id > room.read_message_id &&
  message.author_id !== userId &&
  !message.deleted_at &&
  isInTimeline(message);

// --- Messages ---

/**
 * @param {Timeline} line
 * @param {Message} message
 * @returns {Timeline}
 */
function putMessage(line, message) {
  const held = findMessage(line, message.id);
  if (held) return replaceMessage(line, newerOf(held, message));
  const { messages } = line;
  const at = placeFor(messages, message.id);
  // Before the first one there may be a hole: history is fetched, not pieced together.
  if (at === 0 && line.hasBefore) return line;
  return { ...line, messages: [...messages.slice(0, at), message, ...messages.slice(at)] };
}

/**
 * @param {Timeline} line
 * @param {Message} message
 * @returns {Timeline}
 */
function replaceMessage(line, message) {
  const fetched = line.fetched[message.id];
  if (fetched)
    return fetched === message ? line : { ...line, fetched: { ...line.fetched, [message.id]: message } };
  const at = placeFor(line.messages, message.id);
  return line.messages[at] === message ? line : { ...line, messages: line.messages.with(at, message) };
}

/**
 * @param {import("./types.js").Reaction[]} reactions
 * @param {string} emoji
 * @param {number} userId
 * @param {boolean} isOn
 */
function withReaction(reactions, emoji, userId, isOn) {
  const found = reactions.find(reaction => reaction.emoji === emoji);
  if (!found) return isOn ? [...reactions, { emoji, user_ids: [userId] }] : reactions;
  if (found.user_ids.includes(userId) === isOn) return reactions;
  const others = found.user_ids.filter(id => id !== userId);
  const next = { emoji, user_ids: isOn ? [...others, userId] : others };
  return reactions
    .map(reaction => (reaction === found ? next : reaction))
    .filter(({ user_ids }) => user_ids.length);
}

/**
 * @param {Timeline | undefined} line
 * @param {number} id
 * @returns {Message | undefined}
 */
export function findMessage(line, id) {
  const found = line?.messages[placeFor(line.messages, id)];
  return found?.id === id ? found : line?.fetched[id];
}

/**
 * The place of the first message whose id is not lower; new messages belong at the end, so it looks there first.
 * @param {readonly Message[]} messages
 * @param {number} id
 */
function placeFor(messages, id) {
  let low = 0;
  let high = messages.length;
  if (high && messages[high - 1].id < id) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle].id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Of the same version the held one stays: reactions that came since are on it, and a late answer does not know them.
 * @param {Message} held
 * @param {Message} message
 */
const newerOf = (held, message) => (message.version > held.version ? message : held);

// --- Snapshots ---

/**
 * @param {State} state
 * @param {import("./types.js").RoomSnapshot} snapshot
 * @returns {State}
 */
function startRoom(state, { room, members, users = [], pins = [], messages, has_before: hasBefore }) {
  const held = state.rooms[room.id];
  const next = {
    ...state,
    users: isGuest(state) ? state.users : { ...byId(users, user => user.id), ...state.users },
    rooms: { ...state.rooms, [room.id]: held ? { ...room, ...personalOf(held) } : room },
    members: { ...state.members, [room.id]: byId(members, member => member.user_id) },
    pins: { ...state.pins, [room.id]: byId(pins, pin => pin.message_id) },
    timelines: { ...state.timelines, [room.id]: { messages, hasBefore, fetched: {} } },
    recounts: without(state.recounts, room.id),
  };
  return keepReadMark(next, room.id, held);
}

/**
 * @param {State} state
 * @param {import("./types.js").UserSnapshot} snapshot
 * @returns {State}
 */
function startUser(
  state,
  {
    workspace,
    preferences,
    drafts,
    scheduled,
    reminders,
    users,
    emoji = [],
    rooms,
    threads,
    saved = [],
    poll_votes: pollVotes,
  },
) {
  const gone = Object.values(state.rooms).filter(room => !rooms.some(({ id }) => id === room.id));
  const kept = gone.reduce((next, room) => purge(next, room.stream), state);
  const next = {
    ...kept,
    workspace,
    preferences,
    drafts: Object.fromEntries(drafts.map(draft => [draftKey(draft.room_id, draft.parent_id), draft])),
    scheduled: byId(scheduled, each => each.id),
    reminders: byId(reminders, each => each.id),
    pollVotes: Object.fromEntries(pollVotes.map(each => [each.message_id, each.options])),
    users: byId(users, user => user.id),
    emoji: byId(emoji, ({ id }) => id),
    rooms: byId(rooms, room => room.id),
    threads: byId(threads, thread => thread.message_id),
    saved: byId(saved, one => one.message_id),
  };
  // Rooms with a stream of their own stand elsewhere than this snapshot.
  return rooms.reduce(
    (counted, room) => keepRoom(counted, kept.rooms[room.id], room),
    /** @type {State} */ (next),
  );
}

/**
 * @param {State} state
 * @param {Room | undefined} held
 * @param {Room} room
 * @returns {State}
 */
function keepRoom(state, held, room) {
  if (!held || !state.streams[room.stream]) return state;
  const next = { ...state, rooms: { ...state.rooms, [room.id]: { ...held, ...personalOf(room) } } };
  return keepReadMark(next, room.id, room);
}

/**
 * What of a room my own stream tells, and the room's stream never: a room's snapshot may be older than it.
 * @param {Room} room
 * @returns {import("./types.js").RoomPreferences}
 */
const personalOf = ({ level, is_muted, is_starred, section_id }) => ({
  level,
  is_muted,
  is_starred,
  section_id,
});

/**
 * Read marks travel in my own stream, which may be ahead of a room's snapshot, or behind it: the later one holds.
 * @param {State} state
 * @param {number} roomId
 * @param {Room | undefined} other what else is known of the room
 * @returns {State}
 */
function keepReadMark(state, roomId, other) {
  const room = state.rooms[roomId];
  if (!room || !other || !isLaterMark(other, room)) return state;
  const next = withRoom(state, roomId, { read_message_id: other.read_message_id, read_seq: other.read_seq });
  return countHeld(next, roomId) ?? markRecount(next, roomId);
}

/**
 * Of one event, whatever goes further was read here and the server does not know it yet.
 * @param {Room} one
 * @param {Room} other
 */
const isLaterMark = (one, other) =>
  one.read_seq > other.read_seq ||
  (one.read_seq === other.read_seq && one.read_message_id > other.read_message_id);

// --- Parts of the state ---

/**
 * @param {State} state
 * @param {string} stream
 * @param {StreamEvent} event
 * @returns {State}
 */
function moveMark(state, stream, { stream_seq: position, seq }) {
  const mark = state.streams[stream];
  return mark ? { ...state, streams: { ...state.streams, [stream]: { ...mark, position, seq } } } : state;
}

/**
 * @param {State} state
 * @param {number} roomId
 * @returns {State}
 */
function dropDrafts(state, roomId) {
  const kept = Object.entries(state.drafts).filter(([, draft]) => draft.room_id !== roomId);
  return { ...state, drafts: Object.fromEntries(kept) };
}

/**
 * @param {State} state
 * @param {number} roomId
 * @param {Partial<Room>} part
 * @returns {State}
 */
function withRoom(state, roomId, part) {
  const room = state.rooms[roomId];
  return room ? { ...state, rooms: { ...state.rooms, [roomId]: { ...room, ...part } } } : state;
}

/**
 * @param {State} state
 * @param {number} roomId
 * @param {Readonly<Record<number, import("./types.js").Member>>} members
 * @param {State["users"]} [users]
 * @returns {State}
 */
function withMembers(state, roomId, members, users = state.users) {
  const next = { ...state, members: { ...state.members, [roomId]: members } };
  const people = Object.values(members).filter(({ user_id: id }) => users[id]?.role !== "bot");
  return withRoom(next, roomId, { member_count: people.length });
}

/**
 * @param {State} state
 * @param {number} roomId
 * @param {State["pins"][number]} pins
 * @returns {State}
 */
const withPins = (state, roomId, pins) => ({ ...state, pins: { ...state.pins, [roomId]: pins } });

/**
 * @param {State} state
 * @param {import("./types.js").User} user
 * @returns {State}
 */
const withUser = (state, user) => ({ ...state, users: { ...state.users, [user.id]: user } });

/** A guest knows only the people of their rooms, and no other rooms. @param {State} state */
const isGuest = state => state.users[state.userId]?.role === "guest";

/**
 * @param {State} state
 * @param {number} roomId
 * @param {(line: Timeline) => Timeline} change
 * @returns {State}
 */
function withTimeline(state, roomId, change) {
  const line = state.timelines[roomId];
  const next = line && change(line);
  return !next || next === line ? state : { ...state, timelines: { ...state.timelines, [roomId]: next } };
}

/**
 * @param {State} state
 * @param {import("./types.js").SharedRoom} room
 * @returns {State}
 */
function listRoom(state, room) {
  if (!state.openRooms || room.kind !== "open" || isGuest(state)) return state;
  const held = state.openRooms[room.id] ?? { ...notMine };
  return { ...state, openRooms: { ...state.openRooms, [room.id]: { ...held, ...room } } };
}

const notMine = {
  role: null,
  unread_count: 0,
  mention_count: 0,
  read_message_id: 0,
  read_seq: 0,
  last_message_at: null,
  level: null,
  is_muted: false,
  is_starred: false,
  section_id: null,
};

/**
 * @param {string | null | undefined} time
 * @param {string} other
 */
const latest = (time, other) => (time && time > other ? time : other);

/**
 * @template T
 * @param {readonly T[]} list
 * @param {(item: T) => number} id
 * @returns {Record<number, T>}
 */
const byId = (list, id) => Object.fromEntries(list.map(item => [id(item), item]));

/**
 * @template T
 * @param {Readonly<Record<string | number, T>>} record
 * @param {string | number} key
 * @returns {Readonly<Record<string | number, T>>}
 */
function without(record, key) {
  if (!(key in record)) return record;
  const { [key]: _, ...rest } = record;
  return rest;
}

/**
 * @template T
 * @param {Readonly<Record<string | number, T>>} record
 * @param {(value: T) => boolean} test
 * @returns {Readonly<Record<string | number, T>>}
 */
function where(record, test) {
  const all = Object.entries(record);
  const kept = all.filter(([, value]) => test(value));
  return kept.length === all.length ? record : Object.fromEntries(kept);
}

/** @param {object} record */
function hasKeys(record) {
  for (const _ in record) return true;
  return false;
}
