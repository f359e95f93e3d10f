/** The chat page: everything is made elsewhere and put together here. */

import { openDatabase } from "./core/database.js";
import { StetComposer } from "./elements/composer.js";
import { StetEditor } from "./elements/editor.js";
import { StetEmojiPicker } from "./elements/emoji_picker.js";
import { StetFiles } from "./elements/files.js";
import { StetMentions } from "./elements/mentions.js";
import { StetPane } from "./elements/pane.js";
import { StetProse } from "./elements/prose.js";
import { StetRoom } from "./elements/room.js";
import { StetSaved } from "./elements/saved.js";
import { StetSearch } from "./elements/search.js";
import { StetSidebar } from "./elements/sidebar.js";
import { StetSnippet } from "./elements/snippet.js";
import { StetThread } from "./elements/thread.js";
import { StetThreadCard } from "./elements/thread_card.js";
import { StetThreadList } from "./elements/thread_list.js";
import { StetTimeline } from "./elements/timeline.js";
import { StetUnreadList } from "./elements/unread_list.js";
import { StetUnreadRoom } from "./elements/unread_room.js";
import { readBoot } from "./lib/boot.js";
import * as chat from "./lib/chat.js";
import { startFiles } from "./lib/files.js";
import { startGlobalKeys } from "./lib/global_keys.js";
import { loadLanguage } from "./lib/i18n.js";
import { loadIcons } from "./lib/icon.js";
import { watchKeyboard } from "./lib/keyboard_space.js";
import { startLooks } from "./lib/my_looks.js";
import { startNotices } from "./lib/notices.js";
import { startNotifier } from "./lib/notifier.js";
import { watchPresence } from "./lib/presence_signal.js";
import { startPushCheck } from "./lib/push_check.js";
import { startReminderNotices } from "./lib/reminder_notices.js";
import { startRouter } from "./lib/router.js";
import { startSearch } from "./lib/search.js";
import { startClosingShown } from "./lib/shown_pushes.js";
import { startSidebarDrawer } from "./lib/sidebar_drawer.js";
import { startWorker } from "./lib/worker.js";
import { watchSession } from "./views/ended.js";
import { showNothingKept } from "./views/nothing_kept.js";
import { startSharing } from "./views/share.js";

const opening = openDatabase();
const boot = await readBoot(await opening);
await Promise.all([
  loadIcons(),
  loadLanguage(boot?.language ?? document.documentElement.lang),
  boot && chat.start(boot, opening),
]);
if (!boot) {
  showNothingKept();
  // Nothing below has anything to show.
  await new Promise(() => {});
}
chat.watchConnection();

customElements.define("stet-prose", StetProse);
customElements.define("stet-editor", StetEditor);
customElements.define("stet-emoji-picker", StetEmojiPicker);
customElements.define("stet-files", StetFiles);
customElements.define("stet-snippet", StetSnippet);
customElements.define("stet-composer", StetComposer);
customElements.define("stet-timeline", StetTimeline);
customElements.define("stet-thread", StetThread);
customElements.define("stet-thread-card", StetThreadCard);
customElements.define("stet-thread-list", StetThreadList);
customElements.define("stet-unread-room", StetUnreadRoom);
customElements.define("stet-unread-list", StetUnreadList);
customElements.define("stet-room", StetRoom);
customElements.define("stet-mentions", StetMentions);
customElements.define("stet-pane", StetPane);
customElements.define("stet-sidebar", StetSidebar);
customElements.define("stet-saved", StetSaved);
customElements.define("stet-search", StetSearch);

startFiles();
startLooks();
watchKeyboard();
startRouter();
startSearch();
startGlobalKeys();
startSidebarDrawer();
startNotices();
startNotifier();
startClosingShown();
startReminderNotices();
watchPresence(chat.sayPresence);
watchSession();
startSharing();
startWorker();
startPushCheck();
