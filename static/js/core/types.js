/** What goes over the wire, and what the parts of the client say to each other. Types only. */

/** @typedef {"owner" | "admin" | "member" | "guest" | "bot"} UserRole */
/** @typedef {"active" | "away" | "dnd" | "offline"} Presence dnd: here, and not to be disturbed */

/**
 * What somebody is doing; emoji or text may be empty.
 * @typedef {object} Status
 * @property {string} emoji
 * @property {string} text
 * @property {string | null} expires_at null: until they say otherwise
 */

/**
 * @typedef {object} User
 * @property {number} id
 * @property {string} name
 * @property {string} email empty of somebody whom a guest only remembers
 * @property {UserRole} role
 * @property {string | null} avatar_url
 * @property {string} title what they do
 * @property {string} pronouns
 * @property {string} about
 * @property {string} phone
 * @property {Status | null} status
 * @property {boolean} is_away they said so themselves
 * @property {string} language
 * @property {string} time_zone
 * @property {string} created_at
 * @property {string | null} deactivated_at
 */

/**
 * @typedef {object} Workspace
 * @property {string} name
 * @property {string} created_at
 * @property {boolean} has_link_previews
 */

/**
 * A room as everybody in it sees it.
 * @typedef {object} SharedRoom
 * @property {number} id
 * @property {string} stream
 * @property {"open" | "closed" | "direct"} kind
 * @property {string | null} name
 * @property {string} topic
 * @property {number} created_by
 * @property {string} created_at
 * @property {string | null} archived_at
 * @property {boolean} is_default
 * @property {number} member_count
 * @property {number[] | null} member_ids direct rooms only
 */

/**
 * How I want a room.
 * @typedef {object} RoomPreferences
 * @property {"everything" | "mentions" | "nothing" | null} level what I am told of; null as in my preferences
 * @property {boolean} is_muted
 * @property {boolean} is_starred
 * @property {string | null} section_id one of the `sections` of my preferences, else the room's usual place
 */

/** @typedef {{id: string, name: string, emoji: string, is_collapsed: boolean}} Section of the sidebar */

/** @typedef {{id: number, name: string, url: string, added_by: number, created_at: string}} OwnEmoji one of the workspace's own */
/** @typedef {Record<string, any>} Preferences how I want the page, by name */

/**
 * What is mine in a room.
 * @typedef {object} OwnCounts
 * @property {"owner" | "member" | null} role null: not in it
 * @property {number} unread_count
 * @property {number} mention_count
 * @property {number} read_message_id
 * @property {number} read_seq the event that set the read mark: of two marks the one with the higher number holds
 * @property {string | null} last_message_at
 */

/** @typedef {OwnCounts & RoomPreferences} OwnPart */
/** @typedef {SharedRoom & OwnPart} Room */

/**
 * @typedef {object} Member
 * @property {number} user_id
 * @property {number} room_id
 * @property {"owner" | "member"} role
 * @property {string} joined_at
 */

/** @typedef {{emoji: string, user_ids: number[]}} Reaction */

/**
 * What a message says of the replies to it, deleted ones aside.
 * @typedef {object} Thread
 * @property {number} reply_count
 * @property {number} last_reply_id
 * @property {string} last_reply_at
 * @property {number[]} user_ids who replied, up to five, the latest first
 */

/**
 * How I stand to a thread.
 * @typedef {object} ThreadFollow
 * @property {number} message_id what is replied to
 * @property {number} room_id
 * @property {boolean} is_following
 * @property {number} read_message_id
 * @property {number} unread_count
 * @property {number} mention_count
 */

/**
 * @typedef {object} Message
 * @property {number} id
 * @property {number} room_id
 * @property {number | null} parent_id
 * @property {boolean} also_in_room of a reply: it stands in the room's timeline too
 * @property {number | null} quoted_id the message that this one quotes or forwards
 * @property {number} author_id
 * @property {string} client_id
 * @property {string} text
 * @property {string} html sanitised by the server
 * @property {number} version
 * @property {string} created_at
 * @property {string | null} edited_at
 * @property {string | null} deleted_at set: a tombstone, without text, quote, mentions, reactions, attachments
 * @property {number[]} mentions everybody whom it calls: by name, with `@here` or with `@room`
 * @property {"here" | "room" | null} mentions_room how those are called who are not named
 * @property {Reaction[]} reactions
 * @property {Attachment[]} attachments
 * @property {Thread | null} thread the replies to it; a tombstone keeps them
 * @property {Poll | null} poll what it asks
 * @property {LinkPreview[]} previews of pages that it links to; they come after it
 */

/** @typedef {{id: number, url: string, title: string, description: string, site: string, image_url: string | null, width: number | null, height: number | null}} LinkPreview what is shown of a page */

/** @typedef {"image" | "video" | "audio" | "pdf" | "text" | "file"} FileKind */

/**
 * A file of a message.
 * @typedef {object} Attachment
 * @property {number} id
 * @property {string} name
 * @property {FileKind} kind
 * @property {string} content_type
 * @property {number} size_bytes
 * @property {string} url
 * @property {string | null} preview_url a picture of up to 1,280 pixels
 * @property {string | null} thumbnail_url the same, small
 * @property {number | null} width
 * @property {number | null} height
 * @property {string | null} placeholder a tiny picture as a data URL
 * @property {boolean} is_animated
 * @property {number | null} page_count
 * @property {string | null} excerpt the first lines of a text
 * @property {number | null} line_count
 */

/** @typedef {Attachment & {message_id: number, author_id: number, created_at: string}} RoomFile */

/**
 * A file on its way to the server.
 * @typedef {object} Upload
 * @property {number} id
 * @property {string} client_id
 * @property {string} name
 * @property {number} size_bytes
 * @property {number} offset how many bytes have arrived
 * @property {boolean} is_complete
 * @property {number | null} message_id
 * @property {Attachment | null} attachment
 */

/** @typedef {{file_bytes: number, files_per_message: number}} Limits */
/** @typedef {{message_id: number, user_id: number, at: string}} Pin a pinned message and who pinned it */
/** @typedef {{message_id: number, room_id: number, at: string, done_at: string | null}} Saved a message that I saved */
/** @typedef {{version: number, text: string, at: string}} Revision */

/**
 * The data of each type of event.
 * @typedef {object} EventData
 * @property {{message: Message}} message_posted
 * @property {{message: Message}} message_edited
 * @property {{message_id: number, message: Message}} message_deleted
 * @property {{message_id: number, emoji: string, user_id: number, reactions: Reaction[]}} reaction_added
 * @property {{message_id: number, emoji: string, user_id: number, reactions: Reaction[]}} reaction_removed
 * @property {{message_id: number, thread: Thread | null}} thread_updated
 * @property {{message_id: number, pin: Pin}} message_pinned
 * @property {{message_id: number}} message_unpinned
 * @property {{message_id: number, saved: Saved}} message_saved
 * @property {{message_id: number}} message_unsaved
 * @property {{member: Member, user: User}} member_added
 * @property {{user_id: number}} member_removed
 * @property {{room: SharedRoom}} room_updated
 * @property {{room: SharedRoom}} room_archived
 * @property {{room: SharedRoom}} room_restored
 * @property {{room: Room}} room_joined
 * @property {{room_id: number, stream: string}} room_left
 * @property {{room: SharedRoom}} room_listed
 * @property {{room_id: number, message_id: number, unread_count: number, mention_count: number}} read_marked
 * @property {{room_id: number, message_id: number, unread_count: number, mention_count: number}} unread_marked
 * @property {{follow: ThreadFollow}} thread_followed
 * @property {{follow: ThreadFollow}} thread_unfollowed
 * @property {{follow: ThreadFollow}} thread_read
 * @property {{follow: ThreadFollow}} thread_counted
 * @property {{room_id: number, preferences: RoomPreferences}} room_preferences_changed
 * @property {{preferences: Preferences}} preferences_changed
 * @property {{emoji: OwnEmoji}} emoji_added
 * @property {{emoji_id: number}} emoji_removed
 * @property {KeptDraft} draft_changed
 * @property {{message_id: number, poll: Poll}} poll_voted
 * @property {{message_id: number, poll: Poll}} poll_closed
 * @property {{message_id: number, previews: LinkPreview[]}} previews_changed
 * @property {{message_id: number, options: number[]}} poll_vote_changed
 * @property {{scheduled: Scheduled}} scheduled_changed
 * @property {{scheduled_id: number, posted_id: number | null}} scheduled_removed
 * @property {{reminder: Reminder}} reminder_changed
 * @property {{reminder: Reminder}} reminder_due
 * @property {{reminder_id: number}} reminder_removed
 * @property {{user: User}} user_joined
 * @property {{user: User}} user_updated
 * @property {{users: User[]}} people_shown
 * @property {{user_ids: number[]}} people_hidden
 * @property {{workspace: Workspace}} workspace_updated
 * @property {{session_id: number}} session_ended
 * @property {{token_id: number}} token_ended
 */

/** @typedef {keyof EventData} EventType */

/**
 * @template {EventType} [T=EventType]
 * @typedef {object} StreamEvent
 * @property {number} stream_seq
 * @property {number} seq
 * @property {T} type
 * @property {number | null} message_id
 * @property {number | null} version
 * @property {string | null} client_id
 * @property {number | null} actor_id
 * @property {string} at
 * @property {EventData[T] | null} data null: the payload was withdrawn
 */

/** @typedef {{epoch: string, stream: string, events: StreamEvent[]}} EventsPacket */
/** @typedef {{epoch: string, user_id: number, session_id: number | null}} Hello */
/** @typedef {{reason: "signed_out" | "slow" | "stopping", retry_ms: number | null}} Bye */
/** @typedef {{epoch: string | null, positions: Record<string, number>, limit: number}} SyncRequest */

/**
 * @typedef {object} SyncPage
 * @property {string} epoch
 * @property {Record<string, StreamEvent[]>} events
 * @property {boolean} more
 * @property {{stream: string, head: number}[]} fresh
 * @property {string[]} gone
 * @property {string[]} stale
 * @property {undefined} [reset]
 */
/** @typedef {{reset: true, reason: string, epoch: string}} SyncReset */
/** @typedef {SyncPage | SyncReset} SyncAnswer */

/**
 * @typedef {object} RoomSnapshot
 * @property {string} stream
 * @property {number} stream_seq
 * @property {string} epoch
 * @property {Room} room
 * @property {Member[]} members
 * @property {User[]} [users]
 * @property {Pin[]} pins
 * @property {Message[]} messages oldest first
 * @property {boolean} has_before
 */

/**
 * @typedef {object} UserSnapshot
 * @property {string} stream
 * @property {number} stream_seq
 * @property {string} epoch
 * @property {User} user
 * @property {Workspace} workspace
 * @property {Preferences} preferences
 * @property {OwnEmoji[]} [emoji] the workspace's own
 * @property {KeptDraft[]} drafts
 * @property {Scheduled[]} scheduled
 * @property {Reminder[]} reminders
 * @property {{message_id: number, options: number[]}[]} poll_votes mine in anonymous polls
 * @property {User[]} users
 * @property {Room[]} rooms
 * @property {ThreadFollow[]} threads those with something to read
 * @property {Saved[]} saved what I am not done with
 */

/** @typedef {RoomSnapshot | UserSnapshot} Snapshot */

/** @typedef {{messages: Message[], has_before: boolean, has_after: boolean}} MessagePage oldest first */
/** @typedef {{before?: number, after?: number, around?: number, limit?: number}} PageQuery */
/** @typedef {MessagePage & {message: Message, follow: ThreadFollow}} ThreadPage the replies, and what they reply to */
/** @typedef {{message: Message, room: SharedRoom, follow: ThreadFollow, replies: Message[]}} FollowedThread with its latest replies */
/** @typedef {{threads: FollowedThread[], next: number | null}} FollowedPage */
/** @typedef {{rooms: {room_id: number, message_id: number}[], threads: {message_id: number, read_message_id: number}[]}} Marks up to where everything was read */
/** @typedef {{message: Message, stream: string, stream_seq: number, seq: number, epoch: string}} PlacedMessage */
/** @typedef {{message: Message, room: Pick<Room, "id" | "name" | "kind" | "member_ids">, kind: "name" | "here" | "room" | "keyword", is_unread: boolean}} MentionEntry */
/** @typedef {{text: string, is_match: boolean}} SnippetPart */
/** @typedef {{message: Message, room: Pick<Room, "id" | "name" | "kind"> & {member_ids?: number[] | null}, snippet: SnippetPart[], before?: {id: number, author_id: number, created_at: string, text: string} | null}} SearchResult `before`: what was said just before */
/** @typedef {{results: SearchResult[], next: string | null, unknown?: string[]}} SearchAnswer `unknown`: operators that name nothing, as typed */
/** @typedef {{name: string, is_done: boolean, is_given_up: boolean}} ListenerProgress */
/**
 * Of a deleted message there are only the times.
 * @typedef {{stored_at: string, deleted_at: string} | {stored_at: string, deleted_at: null, seq: number, stream_seq: number, connected: number, delivered: number, read: number, indexed: boolean, listeners: ListenerProgress[]}} MessageDelivery
 */
/** @typedef {{id: number, user_agent: string, address: string, created_at: string, last_seen_at: string, is_current: boolean}} Session */
/** @typedef {{id: number, code: string, created_by: number, created_at: string, expires_at: string | null, max_uses: number | null, use_count: number, revoked_at: string | null}} Invite */

/** @typedef {{user: User, csrf_token: string, session_id?: number | null, workspace: Workspace, epoch: string, limits?: Limits, language?: string}} Boot */

/**
 * The newest messages of a room, without a hole up to the newest one, and the history around them that was fetched
 * while the room is open.
 * @typedef {object} Timeline
 * @property {readonly Message[]} messages oldest first
 * @property {boolean} hasBefore
 * @property {Readonly<Record<number, Message>>} fetched by id, older than `messages`, with holes
 */

/**
 * @typedef {object} StreamMark
 * @property {number} position `stream_seq` of the last event that is in the state
 * @property {number} seq `seq` of that event; 0 after a snapshot
 * @property {number} countsSeq counts of the room hold every event up to this `seq`
 */

/**
 * Everything that events and snapshots say, as plain values; every change makes new objects along its path.
 * @typedef {object} State
 * @property {string | null} epoch
 * @property {number} userId me
 * @property {number | null} sessionId
 * @property {boolean} isSessionEnded
 * @property {Workspace | null} workspace
 * @property {Readonly<Preferences>} preferences
 * @property {Readonly<Record<number, OwnEmoji>>} emoji the workspace's own, by id
 * @property {Readonly<Record<string, KeptDraft>>} drafts by `draftKey`
 * @property {Readonly<Record<number, Scheduled>>} scheduled
 * @property {Readonly<Record<number, Reminder>>} reminders
 * @property {Readonly<Record<number, readonly number[]>>} pollVotes mine in anonymous polls, by message
 * @property {Readonly<Record<number, User>>} users
 * @property {Readonly<Record<number, Room>>} rooms mine
 * @property {Readonly<Record<number, Readonly<Record<number, Member>>>>} members by room, then by user
 * @property {Readonly<Record<number, Readonly<Record<number, Pin>>>>} pins by room, then by message
 * @property {Readonly<Record<number, Saved>>} saved what I am not done with, by message; of rooms that I left too
 * @property {Readonly<Record<number, Timeline>>} timelines by room
 * @property {Readonly<Record<number, Room>> | null} openRooms every open room; null until somebody browses
 * @property {Readonly<Record<string, StreamMark>>} streams
 * @property {Readonly<Record<number, ThreadFollow>>} threads those with something to read, by what is replied to
 * @property {Readonly<Record<number, true>>} recounts rooms whose counts cannot be told from events
 */

/** @typedef {"connecting" | "online" | "offline"} ConnectionState */
/** @typedef {{state: ConnectionState, since: number}} Connection `since` in ms of the epoch */

/** @typedef {"sending" | "queued" | "failed"} PendingState */
/** @typedef {{status: number, code: string, detail: string}} PendingError */

/**
 * A message on its way.
 * @typedef {object} OutboxRow
 * @property {string} client_id
 * @property {number} user_id
 * @property {number} room_id
 * @property {number | null} parent_id
 * @property {boolean} [also_in_room] of a reply: it stands in the room's timeline too
 * @property {number | null} [quoted_id] the message that it quotes or forwards
 * @property {string} text
 * @property {number} created ms of the epoch, strictly rising: the order of sending
 * @property {number} tries
 * @property {PendingState} state
 * @property {PendingError | null} error why it failed
 * @property {readonly FileMeta[]} [files] what goes with it; the bytes lie apart
 */

/**
 * A file that somebody chose, without its bytes.
 * @typedef {object} FileMeta
 * @property {string} client_id
 * @property {string} name
 * @property {number} size_bytes
 * @property {string} content_type what the browser says of it
 * @property {number | null} [width] of a picture, once it was looked at
 * @property {number | null} [height]
 */

/** @typedef {FileMeta & {user_id: number, room_id: number, parent_id: number | null, created: number, blob: Blob}} KeptFile */

/** @typedef {{number: number, text: string, count: number, user_ids: number[] | null}} PollOption `user_ids`: null where the poll is anonymous */

/**
 * @typedef {object} Poll
 * @property {string} question
 * @property {PollOption[]} options
 * @property {boolean} is_multiple
 * @property {boolean} is_anonymous
 * @property {string | null} ends_at
 * @property {string | null} closed_at
 * @property {number} voter_count
 */

/** @typedef {{question: string, options: string[], is_multiple?: boolean, is_anonymous?: boolean, ends_at?: string, parent_id?: number}} Question */

/**
 * A message that goes out later.
 * @typedef {object} Scheduled
 * @property {number} id
 * @property {number} room_id
 * @property {number | null} parent_id
 * @property {string} text empty once it was posted
 * @property {string} send_at
 * @property {"waiting" | "failed" | "sent"} state sent: posted late, and not put away
 * @property {string | null} failure the code of the refusal
 * @property {number | null} posted_id
 * @property {string} created_at
 */

/**
 * @typedef {object} Reminder
 * @property {number} id
 * @property {number | null} message_id what it is about; I may not see it any more
 * @property {number | null} room_id
 * @property {string} text
 * @property {string} due_at
 * @property {boolean} is_due
 * @property {string} created_at
 */

/** @typedef {{room_id: number, parent_id: number | null, text: string, quoted_id: number | null, version: number, device: string, updated_at: string}} KeptDraft a draft as the server keeps it; without text and quote: none any more */
/** @typedef {{key: string, room_id: number, parent_id: number | null, text: string, quoted_id: number | null, updated: number}} Draft a draft as it is shown */
/** @typedef {Draft & {user_id: number, version: number, until: number | null}} LocalDraft `until`: the position of my stream from which on the server's draft is this one; null as long as the server does not have it */

/**
 * What the parts need of the clock, so that tests can hold it.
 * @typedef {object} Clock
 * @property {() => number} now
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 */

/** @template T @typedef {import("../../vendor/signals-core/signals-core.module.js").ReadonlySignal<T>} ReadonlySignal */

export {};
