/**
 * The server's side of the wire, in memory: the log, sync, snapshots, the routes that the client core calls, sockets.
 * Alice owns the workspace, Bob and Carol are members.
 */
const names = ["Alice", "Bob", "Carol"];
const snapshotMessages = 50;

export class FakeServer {
  epoch = "epoch-1";
  seq = 0;
  time = Date.parse("2026-10-14T09:00:00Z");
  preferences = { enter_sends: true, theme: "system", reading_start: "left_off" };
  /** Bob's. */
  scheduled = new Map();
  reminders = new Map();
  /** Bob's in anonymous polls, by message. */
  pollVotes = new Map();
  /** By person, then by place. */
  drafts = new Map();
  workspace = { name: "Acme", created_at: "2026-10-01T00:00:00.000Z", has_link_previews: true };
  users = new Map();
  emoji = [];
  rooms = new Map();
  /** By person, then by message. */
  saved = new Map();
  messages = new Map();
  /** By message and person. */
  follows = new Map();
  streams = new Map();
  /** By id: an announced file with the bytes that have arrived. */
  uploads = new Map();
  /** Requests that were answered, as "POST /api/…". */
  requests = [];
  /** Instead of answering: (method, path) → a Response, an Error to throw, or nothing. */
  interfere = () => undefined;
  /** After the work was done: the answer is lost. */
  isLosingAnswers = false;
  /** Packets go through this: tests delay, drop, double and shuffle them. */
  deliver = (socket, packet) => socket.hear("events", packet);
  sockets = new Set();
  /** "2 3": the guest 2 does not see the person 3. */
  hidden = new Set();
  refusesSockets = false;
  silencesSync = false;

  constructor() {
    for (const name of names) this.#addUser(name);
  }

  get alice() {
    return 1;
  }
  get bob() {
    return 2;
  }
  get carol() {
    return 3;
  }

  // --- What people do ---

  createRoom({ kind = "open", name = "launch", by = this.alice, members = [this.alice, this.bob] } = {}) {
    const id = this.rooms.size + 1;
    const at = this.#tick();
    this.rooms.set(id, {
      id,
      kind,
      name: kind === "direct" ? null : name,
      topic: "",
      created_by: by,
      created_at: at,
      archived_at: null,
      is_default: false,
      members: new Map(),
      pins: new Map(),
    });
    this.#stream(`room-${id}`);
    for (const userId of members) this.addMember(id, userId, by);
    this.#list(id, by);
    return id;
  }

  addMember(roomId, userId, by = this.alice) {
    const room = this.rooms.get(roomId);
    const member = {
      user_id: userId,
      room_id: roomId,
      role: userId === room.created_by ? "owner" : "member",
      joined_at: this.#tick(),
    };
    const newest = this.#messagesOf(roomId).at(-1)?.id ?? 0;
    const preferences = { level: null, is_muted: false, is_starred: false, section_id: null };
    const from = this.#stream(`room-${roomId}`).head + 1;
    room.members.set(userId, { member, readId: newest, readSeq: 0, from, preferences });
    this.#publish(`room-${roomId}`, "member_added", by, { member, user: this.users.get(userId) });
    this.#publish(`user-${userId}`, "room_joined", by, { room: this.roomAsSeen(userId, roomId) });
  }

  removeMember(roomId, userId, by = this.alice) {
    this.rooms.get(roomId).members.delete(userId);
    for (const [key, draft] of this.#draftsOf(userId))
      if (draft.room_id === roomId) this.#draftsOf(userId).delete(key);
    this.#publish(`user-${userId}`, "room_left", by, { room_id: roomId, stream: `room-${roomId}` });
    this.#publish(`room-${roomId}`, "member_removed", by, { user_id: userId });
  }

  changeRoom(roomId, type, part, by = this.alice) {
    Object.assign(this.rooms.get(roomId), part);
    this.#publish(`room-${roomId}`, type, by, { room: this.#sharedRoom(roomId) });
    this.#list(roomId, by);
  }

  setRoomPreferences(userId, roomId, part) {
    const place = this.rooms.get(roomId).members.get(userId);
    place.preferences = { ...place.preferences, ...part };
    const data = { room_id: roomId, preferences: place.preferences };
    this.#publish(`user-${userId}`, "room_preferences_changed", userId, data);
  }

  setPreferences(userId, part) {
    this.preferences = { ...this.preferences, ...part };
    this.#publish(`user-${userId}`, "preferences_changed", userId, { preferences: this.preferences });
  }

  saveDraft(userId, { room_id, parent_id = null, text, quoted_id = null, version, device = "" }) {
    const mine = this.#draftsOf(userId);
    const key = `${room_id}-${parent_id ?? 0}`;
    const held = mine.get(key);
    const place = { room_id, parent_id, stream: `user-${userId}`, stream_seq: null };
    if ((held?.text ?? "") === text && (held?.quoted_id ?? null) === quoted_id) return [200, place];
    if (held && version !== undefined && version <= held.version)
      return [409, { code: "draft_conflict", detail: "", draft: held }];
    const draft = {
      room_id,
      parent_id,
      text,
      quoted_id,
      version: version ?? (held?.version ?? 0) + 1,
      device,
      updated_at: this.#tick(),
    };
    if (text || quoted_id) mine.set(key, draft);
    else mine.delete(key);
    for (const event of this.#stream(`user-${userId}`).events)
      if (
        event.type === "draft_changed" &&
        event.data &&
        `${event.data.room_id}-${event.data.parent_id ?? 0}` === key
      )
        event.data = null;
    this.#publish(`user-${userId}`, "draft_changed", userId, draft);
    return [200, { ...place, stream_seq: this.#stream(`user-${userId}`).head }];
  }

  ask(roomId, authorId, part = {}) {
    const poll = {
      question: "Lunch?",
      options: ["noodles", "rice"].map((text, i) => ({ number: i + 1, text, count: 0, user_ids: [] })),
      is_multiple: false,
      is_anonymous: false,
      ends_at: null,
      closed_at: null,
      voter_count: 0,
      ...part,
    };
    return this.post(roomId, authorId, "Lunch?", { poll });
  }

  vote(messageId, userId, numbers) {
    const message = this.messages.get(messageId);
    const options = message.poll.options.map(option => {
      const userIds = option.user_ids.filter(id => id !== userId);
      if (numbers.includes(option.number)) userIds.push(userId);
      return { ...option, user_ids: userIds, count: userIds.length };
    });
    const voters = new Set(options.flatMap(option => option.user_ids));
    this.#tellPoll("poll_voted", userId, message, { ...message.poll, options, voter_count: voters.size });
    if (!message.poll.is_anonymous || userId !== this.bob) return;
    this.#keepVotes(messageId, numbers);
  }

  preview(messageId, titles) {
    const message = this.messages.get(messageId);
    const previews = titles.map((title, i) => ({
      id: 10 * messageId + i,
      url: `https://example.com/${i}`,
      title,
      description: "",
      site: "example.com",
      image_url: null,
      width: null,
      height: null,
    }));
    this.messages.set(messageId, { ...message, previews });
    const data = { message_id: messageId, previews };
    this.#publish(`room-${message.room_id}`, "previews_changed", null, data, message);
  }

  closePoll(messageId) {
    const message = this.messages.get(messageId);
    this.#tellPoll("poll_closed", message.author_id, message, { ...message.poll, closed_at: this.#tick() });
  }

  schedule(part = {}) {
    const id = part.id ?? this.scheduled.size + 1;
    const fresh = {
      id,
      room_id: 1,
      parent_id: null,
      text: "later",
      send_at: this.#tick(),
      state: "waiting",
      failure: null,
      posted_id: null,
      created_at: this.#tick(),
    };
    this.#withdraw("scheduled_changed", data => data.scheduled.id === id);
    this.scheduled.set(id, { ...(this.scheduled.get(id) ?? fresh), ...part });
    this.#publish(`user-${this.bob}`, "scheduled_changed", this.bob, { scheduled: this.scheduled.get(id) });
    return id;
  }

  unschedule(id, postedId = null) {
    this.scheduled.delete(id);
    this.#withdraw("scheduled_changed", data => data.scheduled.id === id);
    const data = { scheduled_id: id, posted_id: postedId };
    this.#publish(`user-${this.bob}`, "scheduled_removed", this.bob, data);
  }

  remind(part = {}, type = "reminder_changed") {
    const id = part.id ?? this.reminders.size + 1;
    const fresh = {
      id,
      message_id: null,
      room_id: null,
      text: "tea",
      due_at: this.#tick(),
      is_due: false,
      created_at: this.#tick(),
    };
    this.#withdraw("reminder_", data => data.reminder?.id === id);
    this.reminders.set(id, { ...(this.reminders.get(id) ?? fresh), ...part });
    this.#publish(`user-${this.bob}`, type, this.bob, { reminder: this.reminders.get(id) });
    return id;
  }

  dropReminder(id) {
    this.reminders.delete(id);
    this.#withdraw("reminder_", data => data.reminder?.id === id);
    this.#publish(`user-${this.bob}`, "reminder_removed", this.bob, { reminder_id: id });
  }

  post(
    roomId,
    authorId,
    text = "hello",
    {
      mentions = [],
      clientId = crypto.randomUUID(),
      parentId = null,
      isAlsoInRoom = false,
      attachments = [],
      quotedId = null,
      poll = null,
    } = {},
  ) {
    const held = [...this.messages.values()].find(
      one => one.author_id === authorId && one.client_id === clientId,
    );
    if (held) return held;
    const message = {
      id: this.messages.size + 1,
      room_id: roomId,
      parent_id: parentId,
      also_in_room: isAlsoInRoom,
      quoted_id: quotedId,
      author_id: authorId,
      client_id: clientId,
      text,
      html: `<p>${text}</p>`,
      version: 1,
      created_at: this.#tick(),
      edited_at: null,
      deleted_at: null,
      mentions,
      mentions_room: null,
      reactions: [],
      attachments,
      thread: null,
      poll,
      previews: [],
    };
    this.messages.set(message.id, message);
    this.#publishMessage("message_posted", message, authorId);
    this.#tellOfThread(message, authorId);
    return message;
  }

  /** A reply came or went. */
  #tellOfThread({ room_id: roomId, parent_id: parentId }, by) {
    if (parentId === null) return;
    const replies = this.#messagesOf(roomId).filter(one => one.parent_id === parentId && !one.deleted_at);
    const last = replies.at(-1);
    const thread = last
      ? {
          reply_count: replies.length,
          last_reply_id: last.id,
          last_reply_at: last.created_at,
          user_ids: [...new Set(replies.toReversed().map(one => one.author_id))].slice(0, 5),
        }
      : null;
    const parent = { ...this.messages.get(parentId), thread };
    this.messages.set(parentId, parent);
    this.#publish(`room-${roomId}`, "thread_updated", by, { message_id: parentId, thread }, parent);
    for (const [key, { isFollowing }] of this.follows) {
      const [messageId, userId] = key.split(" ").map(Number);
      if (
        messageId === parentId &&
        isFollowing &&
        userId !== by &&
        this.rooms.get(roomId).members.has(userId)
      )
        this.#publish(`user-${userId}`, "thread_counted", by, {
          follow: this.threadAsSeen(parentId, userId),
        });
    }
  }

  edit(messageId, text, { mentions = [] } = {}) {
    const message = this.#change(messageId, {
      text,
      html: `<p>${text}</p>`,
      mentions,
      edited_at: this.#tick(),
    });
    this.#publishMessage("message_edited", message, message.author_id);
    return message;
  }

  delete(messageId, by) {
    this.pin(messageId, by, false);
    if (this.pollVotes.has(messageId)) this.#keepVotes(messageId, []);
    const message = this.#change(messageId, {
      text: "",
      html: "",
      quoted_id: null,
      mentions: [],
      reactions: [],
      poll: null,
      previews: [],
      deleted_at: this.#tick(),
    });
    this.#publishMessage("message_deleted", message, by ?? message.author_id);
    this.#tellOfThread(message, by ?? message.author_id);
    return message;
  }

  react(messageId, userId, emoji, isOn = true) {
    const message = this.messages.get(messageId);
    const reactions = message.reactions.map(one => ({
      emoji: one.emoji,
      user_ids: one.user_ids.filter(id => id !== userId || one.emoji !== emoji),
    }));
    const found = reactions.find(one => one.emoji === emoji);
    if (isOn && found) found.user_ids.push(userId);
    else if (isOn) reactions.push({ emoji, user_ids: [userId] });
    const kept = reactions.filter(one => one.user_ids.length);
    this.messages.set(messageId, { ...message, reactions: kept });
    const data = { message_id: messageId, emoji, user_id: userId, reactions: kept };
    this.#publish(
      `room-${message.room_id}`,
      isOn ? "reaction_added" : "reaction_removed",
      userId,
      data,
      message,
    );
  }

  pin(messageId, userId, isOn = true) {
    const { room_id: roomId } = this.messages.get(messageId);
    const { pins } = this.rooms.get(roomId);
    if (pins.has(messageId) === isOn) return;
    const pin = { message_id: messageId, user_id: userId, at: this.#tick() };
    if (isOn) pins.set(messageId, pin);
    else pins.delete(messageId);
    const data = { message_id: messageId, ...(isOn && { pin }) };
    this.#publish(`room-${roomId}`, isOn ? "message_pinned" : "message_unpinned", userId, data);
  }

  save(messageId, userId, isDone = false) {
    const { room_id: roomId } = this.messages.get(messageId);
    const mine = this.#savedOf(userId);
    const at = mine.get(messageId)?.at ?? this.#tick();
    const saved = { message_id: messageId, room_id: roomId, at, done_at: isDone ? this.#tick() : null };
    mine.set(messageId, saved);
    this.#publish(`user-${userId}`, "message_saved", userId, { message_id: messageId, saved });
  }

  unsave(messageId, userId) {
    if (this.#savedOf(userId).delete(messageId))
      this.#publish(`user-${userId}`, "message_unsaved", userId, { message_id: messageId });
  }

  markRead(roomId, userId, messageId) {
    const mine = this.rooms.get(roomId).members.get(userId);
    return this.#mark(roomId, userId, Math.max(messageId, mine.readId), "read_marked");
  }

  markUnread(roomId, userId, messageId) {
    return this.#mark(roomId, userId, messageId - 1, "unread_marked");
  }

  #mark(roomId, userId, readId, type) {
    const mine = this.rooms.get(roomId).members.get(userId);
    const moves = readId !== mine.readId;
    mine.readId = readId;
    if (moves) mine.readSeq = this.seq + 1;
    const { unread_count, mention_count } = this.roomAsSeen(userId, roomId);
    const data = { room_id: roomId, message_id: readId, unread_count, mention_count };
    if (moves) this.#publish(`user-${userId}`, type, userId, data);
    return data;
  }

  /** Follow a thread, or not: read up to a message. */
  follow(messageId, userId, isFollowing = true, readId = messageId) {
    this.follows.set(`${messageId} ${userId}`, { isFollowing, readId });
    this.#publish(`user-${userId}`, isFollowing ? "thread_followed" : "thread_unfollowed", userId, {
      follow: this.threadAsSeen(messageId, userId),
    });
  }

  markThread(messageId, userId, readId) {
    this.follows.get(`${messageId} ${userId}`).readId = readId;
    this.#publish(`user-${userId}`, "thread_read", userId, { follow: this.threadAsSeen(messageId, userId) });
  }

  threadAsSeen(messageId, userId) {
    const { room_id: roomId } = this.messages.get(messageId);
    const follow = this.follows.get(`${messageId} ${userId}`) ?? { isFollowing: false, readId: 0 };
    const unread = this.#messagesOf(roomId).filter(
      one =>
        follow.isFollowing &&
        one.parent_id === messageId &&
        one.id > follow.readId &&
        one.author_id !== userId &&
        !one.deleted_at,
    );
    return {
      message_id: messageId,
      room_id: roomId,
      is_following: follow.isFollowing,
      read_message_id: follow.readId,
      unread_count: unread.length,
      mention_count: unread.filter(one => one.mentions.includes(userId)).length,
    };
  }

  /** Threads with something to read. */
  #threadsOf(userId) {
    return [...this.follows.keys()]
      .map(key => key.split(" ").map(Number))
      .filter(([messageId, follower]) => {
        const { room_id: roomId } = this.messages.get(messageId);
        return follower === userId && this.rooms.get(roomId).members.has(userId);
      })
      .map(([messageId]) => this.threadAsSeen(messageId, userId))
      .filter(thread => thread.unread_count);
  }

  joinWorkspace(name) {
    const user = this.#addUser(name);
    this.#tellEverybody("user_joined", { user });
    return user.id;
  }

  addBot(name) {
    const bot = this.#addUser(name);
    Object.assign(bot, { role: "bot", email: "" });
    this.#tellEverybody("user_joined", { user: bot });
    return bot.id;
  }

  updateUser(userId, part) {
    const user = { ...this.users.get(userId), ...part };
    this.users.set(userId, user);
    this.#tellEverybody("user_updated", { user });
  }

  /** To a guest. */
  hidePeople(guestId, userIds) {
    for (const id of userIds) this.hidden.add(`${guestId} ${id}`);
    this.#publish(`user-${guestId}`, "people_hidden", guestId, { user_ids: userIds });
  }

  /** To a guest. */
  showPeople(guestId, userIds) {
    for (const id of userIds) this.hidden.delete(`${guestId} ${id}`);
    const users = userIds.map(id => this.users.get(id));
    this.#publish(`user-${guestId}`, "people_shown", guestId, { users });
  }

  renameWorkspace(name) {
    this.workspace = { ...this.workspace, name };
    this.#tellEverybody("workspace_updated", { workspace: this.workspace });
  }

  switchLinkPreviews(isOn) {
    this.workspace = { ...this.workspace, has_link_previews: isOn };
    this.#tellEverybody("workspace_updated", { workspace: this.workspace });
  }

  addEmoji(name, by = this.alice) {
    const id = this.emoji.length + 1;
    const emoji = { id, name, url: `/emoji/${id}.webp`, added_by: by, created_at: this.#tick() };
    this.emoji = [...this.emoji, emoji];
    this.#tellEverybody("emoji_added", { emoji });
    return id;
  }

  removeEmoji(id) {
    this.emoji = this.emoji.filter(emoji => emoji.id !== id);
    this.#tellEverybody("emoji_removed", { emoji_id: id });
  }

  endSession(userId, sessionId) {
    this.#publish(`user-${userId}`, "session_ended", userId, { session_id: sessionId });
  }

  endToken(userId, tokenId) {
    this.#publish(`user-${userId}`, "token_ended", userId, { token_id: tokenId });
  }

  /** Everything that is stored, as it is now. */
  backup() {
    const {
      seq,
      workspace,
      preferences,
      drafts,
      scheduled,
      reminders,
      pollVotes,
      users,
      emoji,
      rooms,
      saved,
      messages,
      streams,
    } = this;
    return structuredClone({
      seq,
      workspace,
      preferences,
      drafts,
      scheduled,
      reminders,
      pollVotes,
      users,
      emoji,
      rooms,
      saved,
      messages,
      streams,
    });
  }

  /** A restored backup: another history, from what was stored then; without one from what is stored now. */
  restoreBackup(backup = {}) {
    Object.assign(this, structuredClone(backup));
    this.epoch = `${this.epoch}-restored`;
  }

  /** The log forgets what is older than its newest events. */
  forget(stream, keep = 0) {
    const held = this.#stream(stream);
    held.floor = held.head - keep;
    held.events = held.events.filter(event => event.stream_seq > held.floor);
  }

  // --- What clients ask ---

  sync(userId, { epoch, positions, limit = 500 }) {
    if (epoch && epoch !== this.epoch) return { reset: true, reason: "epoch_changed", epoch: this.epoch };
    const answer = { epoch: this.epoch, events: {}, more: false, fresh: [], gone: [], stale: [] };
    const begins = this.#visible(userId);
    answer.gone = Object.keys(positions).filter(stream => !(stream in begins));
    let left = limit;
    for (const [stream, from] of Object.entries(begins)) {
      const { head, floor, events } = this.#stream(stream);
      const position = positions[stream];
      if (position === undefined) answer.fresh.push({ stream, head });
      else if (position < Math.max(floor, from - 1) || position > head) answer.stale.push(stream);
      else if (position < head) {
        const page = events.filter(event => event.stream_seq > position).slice(0, Math.max(0, left));
        if (page.length) answer.events[stream] = structuredClone(page);
        left -= page.length;
        if ((page.at(-1)?.stream_seq ?? position) < head) answer.more = true;
      }
    }
    return answer;
  }

  snapshot(userId, stream) {
    if (!(stream in this.#visible(userId))) return null;
    const place = { stream, stream_seq: this.#stream(stream).head, epoch: this.epoch };
    const roomId = Number(stream.split("-")[1]);
    if (stream.startsWith("user-")) {
      const rooms = [...this.rooms.values()].filter(room => room.members.has(userId));
      return structuredClone({
        ...place,
        user: this.users.get(userId),
        workspace: this.workspace,
        preferences: this.preferences,
        drafts: [...this.#draftsOf(userId).values()],
        users: [...this.users.values()].filter(({ id }) => !this.hidden.has(`${userId} ${id}`)),
        emoji: this.emoji,
        scheduled: [...this.scheduled.values()],
        reminders: [...this.reminders.values()],
        poll_votes: [...this.pollVotes].map(([message_id, options]) => ({ message_id, options })),
        rooms: rooms.map(room => this.roomAsSeen(userId, room.id)),
        threads: this.#threadsOf(userId),
        saved: [...this.#savedOf(userId).values()].filter(saved => !saved.done_at),
      });
    }
    const all = this.#messagesOf(roomId);
    const members = [...this.rooms.get(roomId).members.values()].map(({ member }) => member);
    return structuredClone({
      ...place,
      room: this.roomAsSeen(userId, roomId),
      members,
      users: members.map(({ user_id: id }) => this.users.get(id)),
      pins: [...this.rooms.get(roomId).pins.values()],
      messages: all.slice(-snapshotMessages),
      has_before: all.length > snapshotMessages,
    });
  }

  page(roomId, { view, ...query }) {
    const all = this.#messagesOf(roomId);
    return this.#pageOf(view === "timeline" ? all.filter(isInTimeline) : all, query);
  }

  replies(userId, messageId, query) {
    const message = this.messages.get(messageId);
    const all = this.#messagesOf(message.room_id).filter(one => one.parent_id === messageId);
    return { message, follow: this.threadAsSeen(messageId, userId), ...this.#pageOf(all, query) };
  }

  #pageOf(all, { before, after, around, limit = 50 }) {
    if (around) {
      const from = Math.max(0, all.findIndex(({ id }) => id >= around) - Math.floor(limit / 2));
      return {
        messages: all.slice(from, from + limit),
        has_before: from > 0,
        has_after: from + limit < all.length,
      };
    }
    if (after) {
      const newer = all.filter(({ id }) => id > after);
      return {
        messages: newer.slice(0, limit),
        has_before: newer.length < all.length,
        has_after: newer.length > limit,
      };
    }
    const older = all.filter(({ id }) => !before || id < before);
    return {
      messages: older.slice(-limit),
      has_before: older.length > limit,
      has_after: older.length < all.length,
    };
  }

  messagesById(userId, ids) {
    const wanted = ids.split(",").map(Number);
    const found = wanted.map(id => this.messages.get(id));
    return found.filter(message => message && this.rooms.get(message.room_id).members.has(userId));
  }

  roomAsSeen(userId, roomId) {
    const mine = this.rooms.get(roomId).members.get(userId);
    const all = this.#messagesOf(roomId);
    const unread = mine
      ? all.filter(
          one => isInTimeline(one) && one.id > mine.readId && one.author_id !== userId && !one.deleted_at,
        )
      : [];
    return {
      ...this.#sharedRoom(roomId),
      role: mine?.member.role ?? null,
      unread_count: unread.length,
      mention_count: unread.filter(one => one.mentions.includes(userId)).length,
      read_message_id: mine?.readId ?? 0,
      read_seq: mine?.readSeq ?? 0,
      last_message_at: (mine && all.at(-1)?.created_at) ?? null,
      ...(mine?.preferences ?? { level: null, is_muted: false, is_starred: false, section_id: null }),
    };
  }

  openRooms(userId) {
    if (this.users.get(userId).role === "guest") return [];
    return [...this.rooms.values()]
      .filter(({ kind }) => kind === "open")
      .map(({ id }) => this.roomAsSeen(userId, id));
  }

  /** The browser's `fetch`, signed in as somebody. */
  fetchAs =
    userId =>
    async (path, { method = "GET", body, headers = {} } = {}) => {
      await null;
      const interference = await this.interfere(method, path, body);
      if (interference instanceof Error) throw interference;
      if (interference) return interference;
      this.requests.push(`${method} ${path}`);
      const isBytes = body instanceof Blob;
      const sent = isBytes ? await body.text() : body ? JSON.parse(body) : {};
      const [status, answer] = this.#route(userId, method, path, sent, headers);
      const text = JSON.stringify(answer);
      await null;
      if (this.isLosingAnswers) throw new TypeError("connection reset");
      return new Response(text, { status });
    };

  /** socket.io-client's `io`, signed in as somebody. */
  ioAs = userId => options => new FakeSocket(this, userId, options);

  // --- Inside ---

  #route(userId, method, path, body, headers) {
    const { pathname, searchParams } = new URL(path, "http://server");
    const query = Object.fromEntries(
      [...searchParams].map(([name, value]) => [name, Number(value) || value]),
    );
    const parts = pathname.split("/").slice(2);
    const id = Number(parts[1]);
    const seen = room => room && this.rooms.get(id)?.members.has(userId);
    if (pathname === "/api/sync") return [200, this.sync(userId, body)];
    if (pathname === "/api/session" && method === "DELETE") return [200, {}];
    if (parts[0] === "streams") return orMissing(this.snapshot(userId, parts[1]));
    if (pathname === "/api/rooms" && query.scope === "open") return [200, { rooms: this.openRooms(userId) }];
    if (pathname === "/api/rooms" && method === "POST") {
      const roomId = this.createRoom({
        kind: body.kind,
        name: body.name,
        by: userId,
        members: [userId, ...(body.member_ids ?? [])],
      });
      return [201, { room: this.roomAsSeen(userId, roomId) }];
    }
    if (parts[0] === "uploads") return this.#routeUpload(userId, method, id, body, headers);
    if (pathname === "/api/drafts")
      return this.rooms.get(body.room_id)?.members.has(userId) ? this.saveDraft(userId, body) : missing;
    if (parts[0] === "rooms" && !seen(true)) return missing;
    if (parts[2] === "unread") return [200, this.markUnread(id, userId, body.message_id)];
    if (parts[2] === "read") return [200, this.markRead(id, userId, body.message_id)];
    if (parts[2] === "messages" && method === "GET") return [200, this.page(id, query)];
    if (parts[2] === "messages") {
      const attachments = (body.attachment_ids ?? []).map(uploadId => this.uploads.get(uploadId));
      if (attachments.some(upload => !upload || upload.userId !== userId)) return missing;
      const posted = this.post(id, userId, body.text ?? "", {
        clientId: headers["Idempotency-Key"],
        parentId: body.parent_id,
        isAlsoInRoom: body.also_in_room,
        attachments: attachments.map(asAttachment),
        quotedId: body.quoted_id ?? null,
      });
      return [201, this.#placed(posted)];
    }
    if (parts[2] === "replies") return [200, this.replies(userId, id, query)];
    if (pathname === "/api/messages")
      return [200, { messages: this.messagesById(userId, searchParams.get("ids")) }];
    if (parts[0] === "messages") return this.#routeMessage(userId, method, id, parts, body);
    return missing;
  }

  #routeUpload(userId, method, id, body, headers) {
    if (method === "POST") {
      const isIt = upload => upload.userId === userId && upload.client_id === body.client_id;
      const held = [...this.uploads.values()].find(isIt);
      const upload = held ?? { id: this.uploads.size + 1, userId, ...body, text: "" };
      this.uploads.set(upload.id, upload);
      return [held ? 200 : 201, { upload: asUpload(upload) }];
    }
    const upload = this.uploads.get(id);
    if (!upload) return missing;
    if (method === "DELETE") this.uploads.delete(id);
    if (method !== "PATCH") return [200, {}];
    const offset = Number(headers["Upload-Offset"]);
    if (offset !== upload.text.length) return [409, { code: "offset_conflict", offset: upload.text.length }];
    upload.text += body;
    return [200, { upload: asUpload(upload) }];
  }

  #routeMessage(userId, method, id, parts, body) {
    const message = this.messages.get(id);
    if (parts[2] === "pin") return [200, this.pin(id, userId, method === "PUT") ?? {}];
    if (parts[2] === "saved")
      return [200, (method === "PUT" ? this.save(id, userId, body.is_done) : this.unsave(id, userId)) ?? {}];
    if (parts[2] === "reactions") {
      this.react(id, userId, decodeURIComponent(parts[3]), method === "PUT");
      return [200, { message: this.messages.get(id) }];
    }
    if (method === "DELETE")
      return [200, this.#placed(message.deleted_at ? message : this.delete(id, userId))];
    if (message.text === body.text) return [200, this.#placed(message)];
    if (body.base_version !== message.version) return [409, { code: "edit_conflict", detail: "", message }];
    return [200, this.#placed(this.edit(id, body.text))];
  }

  #placed(message) {
    const stream = `room-${message.room_id}`;
    return { message, stream, stream_seq: this.#stream(stream).head, seq: this.seq, epoch: this.epoch };
  }

  #addUser(name) {
    const id = this.users.size + 1;
    const user = {
      id,
      name,
      email: `${name.toLowerCase()}@example.com`,
      role: id === 1 ? "owner" : "member",
      avatar_url: null,
      title: "",
      pronouns: "",
      about: "",
      phone: "",
      status: null,
      is_away: false,
      language: "en",
      time_zone: "UTC",
      created_at: this.#tick(),
      deactivated_at: null,
    };
    this.users.set(id, user);
    this.#stream(`user-${id}`);
    return user;
  }

  #change(messageId, part) {
    const message = this.messages.get(messageId);
    const changed = { ...message, ...part, version: message.version + 1 };
    this.messages.set(messageId, changed);
    for (const event of this.#stream(`room-${message.room_id}`).events) {
      if (event.message_id === messageId && event.type.startsWith("message_")) event.data = null;
    }
    return changed;
  }

  #publishMessage(type, message, actorId) {
    const data = type === "message_deleted" ? { message_id: message.id, message } : { message };
    this.#publish(`room-${message.room_id}`, type, actorId, data, message);
  }

  #publish(stream, type, actorId, data, message = null) {
    const held = this.#stream(stream);
    held.head += 1;
    this.seq += 1;
    const event = {
      stream_seq: held.head,
      seq: this.seq,
      type,
      message_id: message?.id ?? null,
      version: message?.version ?? null,
      client_id: message?.client_id ?? null,
      actor_id: actorId,
      at: message?.created_at ?? this.#tick(),
      data: structuredClone(data),
    };
    held.events.push(event);
    for (const socket of this.sockets) {
      if (stream in this.#visible(socket.userId))
        this.deliver(socket, { epoch: this.epoch, stream, events: [structuredClone(event)] });
    }
  }

  #tellEverybody(type, data) {
    for (const userId of this.users.keys()) this.#publish(`user-${userId}`, type, this.alice, data);
  }

  #list(roomId, by) {
    if (this.rooms.get(roomId).kind !== "open") return;
    for (const userId of this.users.keys())
      this.#publish(`user-${userId}`, "room_listed", by, { room: this.#sharedRoom(roomId) });
  }

  #visible(userId) {
    const rooms = [...this.rooms.values()].filter(room => room.members.has(userId));
    return {
      [`user-${userId}`]: 1,
      ...Object.fromEntries(rooms.map(room => [`room-${room.id}`, room.members.get(userId).from])),
    };
  }

  #sharedRoom(roomId) {
    const { members, pins: _, ...room } = this.rooms.get(roomId);
    const ids = [...members.keys()].sort((a, b) => a - b);
    return {
      ...room,
      stream: `room-${roomId}`,
      member_count: ids.filter(id => this.users.get(id).role !== "bot").length,
      member_ids: room.kind === "direct" ? ids : null,
    };
  }

  #tellPoll(type, userId, message, poll) {
    this.messages.set(message.id, { ...message, poll });
    this.#publish(`room-${message.room_id}`, type, userId, { message_id: message.id, poll }, message);
  }

  #keepVotes(messageId, options) {
    if (options.length) this.pollVotes.set(messageId, options);
    else this.pollVotes.delete(messageId);
    this.#publish(`user-${this.bob}`, "poll_vote_changed", this.bob, { message_id: messageId, options });
  }

  #withdraw(type, isMeant) {
    for (const event of this.#stream(`user-${this.bob}`).events)
      if (event.type.startsWith(type) && event.data && isMeant(event.data)) event.data = null;
  }

  #draftsOf(userId) {
    if (!this.drafts.has(userId)) this.drafts.set(userId, new Map());
    return this.drafts.get(userId);
  }

  #savedOf(userId) {
    if (!this.saved.has(userId)) this.saved.set(userId, new Map());
    return this.saved.get(userId);
  }

  #messagesOf(roomId) {
    return [...this.messages.values()].filter(message => message.room_id === roomId);
  }

  #stream(name) {
    if (!this.streams.has(name)) this.streams.set(name, { head: 0, floor: 0, events: [] });
    return this.streams.get(name);
  }

  #tick() {
    this.time += 1000;
    return new Date(this.time).toISOString();
  }
}

const isInTimeline = message => message.parent_id === null || message.also_in_room;

const missing = [404, { code: "not_found", detail: "" }];
const orMissing = answer => (answer ? [200, answer] : missing);

export class FakeSocket {
  connected = false;
  active = false;
  #listeners = new Map();

  constructor(server, userId, options) {
    this.server = server;
    this.userId = userId;
    this.options = options;
    this.emitted = [];
    server.lastSocket = this;
  }

  on(name, listener) {
    this.#listeners.set(name, listener);
    return this;
  }

  hear(name, ...values) {
    if (this.connected || name === "connect_error" || name === "disconnect")
      this.#listeners.get(name)?.(...values);
  }

  connect() {
    this.options.auth(auth => {
      this.auth = auth;
    });
    setImmediate(() => {
      if (this.server.refusesSockets) return this.hear("connect_error", new Error("refused"));
      this.connected = true;
      this.server.sockets.add(this);
      this.hear("connect");
      this.hear("hello", { epoch: this.server.epoch, user_id: this.userId, session_id: 7 });
      this.hear("presence", { users: { [this.userId]: "active" } });
    });
    return this;
  }

  disconnect() {
    this.cut("io client disconnect");
    return this;
  }

  /** The connection is over, whoever ended it. */
  cut(reason = "transport close") {
    this.server.sockets.delete(this);
    if (!this.connected) return;
    this.connected = false;
    this.hear("disconnect", reason);
  }

  emit(name, packet) {
    if (!this.connected) throw new Error(`${name} was emitted without a connection`);
    this.emitted.push([name, packet]);
    return this;
  }

  timeout() {
    return {
      emit: (name, packet, acknowledge) => {
        this.emit(name, packet);
        setImmediate(() => {
          if (this.server.silencesSync) acknowledge(new Error("operation has timed out"));
          else if (this.connected) acknowledge(null, structuredClone(this.server.sync(this.userId, packet)));
          else acknowledge(new Error("disconnected"));
        });
      },
    };
  }
}

const asAttachment = ({ id, name, size_bytes }) => ({
  id,
  name,
  size_bytes,
  kind: "file",
  url: `/files/${id}`,
});

const asUpload = ({ id, client_id, name, size_bytes, text }) => ({
  id,
  client_id,
  name,
  size_bytes,
  offset: text.length,
  is_complete: text.length === size_bytes,
  message_id: null,
});
