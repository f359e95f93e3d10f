/** A modest set of emoji for reactions, in the order people reach for them. */

/** Offered in the toolbar of a message. */
export const quickEmoji = ["👍", "❤️", "😂"];

/** Offered by the picker. */
export const pickerEmoji = [
  ..."👍👎👏🙌🙏💪👀🫡",
  ..."😀😂🥹😊😍🤔😅😭",
  ..."😎🥳😮😢😡🤯😴🤝",
  "✅",
  "❌",
  "❗",
  "❓",
  "⏳",
  "💡",
  "🔥",
  "💯",
  "❤️",
  "💚",
  "🎉",
  "🚀",
  "✨",
  "🌱",
  "🐛",
  "🛠️",
  "📌",
  "📎",
  "🗓️",
  "☕",
  "🍜",
  "🎂",
  "🌞",
  "🌈",
];
