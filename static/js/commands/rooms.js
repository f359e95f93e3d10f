/** Commands about rooms: who is in them, what they are about, how I want them. */
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { fold } from "../lib/match.js";
import { goTo, roomPath } from "../lib/router.js";
import { toast } from "../lib/toast.js";
import { askToLeave } from "../views/members.js";
import { askToArchive } from "../views/room_menu.js";
import { CommandError, isNamed, namedRoom, readPeople } from "./command.js";

/** @typedef {import("./command.js").Command} Command */
/** @typedef {import("./command.js").WritingPlace} WritingPlace */

/** @type {Command[]} */
export const roomCommands = [
  {
    name: "topic",
    korean: "주제",
    usage: () => t("what this room is about"),
    about: () => t("Set the topic of this room"),
    isOffered: isNamed,
    async run(rest, place) {
      const room = namedRoom(place);
      if (!rest) throw new CommandError(t("The topic is: {topic}", { topic: room.topic || t("none") }));
      await chat.changeRoom(room.id, { topic: rest });
      toast(t("The topic is set."));
    },
  },
  {
    name: "invite",
    korean: "초대",
    aliases: ["add"],
    usage: () => t("@person"),
    about: () => t("Add people to this room"),
    takes: "anybody",
    isOffered: isNamed,
    async run(rest, place) {
      const people = onlyPeople(rest);
      const room = namedRoom(place);
      for (const person of people) await chat.addMember(room.id, person.id);
      toast(t("{names} can read and write here now.", { names: namesOf(people) }));
    },
  },
  {
    name: "remove",
    korean: "내보내기",
    aliases: ["kick"],
    usage: () => t("@person"),
    about: () => t("Take somebody out of this room"),
    isOffered: isNamed,
    async run(rest, place) {
      const people = onlyPeople(rest);
      const room = namedRoom(place);
      for (const person of people) await chat.removeMember(room.id, person.id);
      toast(t("{names} cannot read here any more.", { names: namesOf(people) }));
    },
  },
  {
    name: "leave",
    korean: "나가기",
    usage: () => "",
    about: () => t("Leave this room"),
    isAlone: true,
    isOffered: isNamed,
    run(_rest, place) {
      const room = namedRoom(place);
      if (room.is_default) throw new CommandError(t("Everybody is in this room; it cannot be left."));
      askToLeave(room.id);
    },
  },
  {
    name: "join",
    korean: "참여",
    usage: () => t("#room"),
    about: () => t("Join an open room, or go to one of yours"),
    takes: "open rooms",
    async run(rest) {
      const wanted = fold(rest.replace(/^#/, "").trim());
      if (!wanted)
        throw new CommandError(t("Which room? For example: {example}", { example: "/join #design" }));
      await chat.loadOpenRooms();
      const known = [...chat.searchableRooms(), ...(chat.openRooms() ?? [])];
      const room = known.find(({ name }) => fold(name ?? "") === wanted);
      if (!room) throw new CommandError(t("There is no open room called {room}.", { room: rest }));
      if (!chat.room(room.id)) await chat.joinRoom(room.id);
      goTo(roomPath(room.id));
    },
  },
  {
    name: "archive",
    korean: "보관",
    usage: () => "",
    about: () => t("Put this room into the archive"),
    isAlone: true,
    isOffered: place => isNamed(place) && canManage(place),
    run(_rest, place) {
      const room = namedRoom(place);
      if (!canManage(place) || room.is_default) throw new CommandError(t("You may not archive this room."));
      askToArchive(room);
    },
  },
  {
    name: "mute",
    korean: "음소거",
    usage: () => "",
    about: () => t("Mute this room, or hear of it again"),
    isAlone: true,
    async run(_rest, { roomId }) {
      const isMuted = !chat.room(roomId)?.is_muted;
      await chat.setRoomPreferences(roomId, { is_muted: isMuted });
      toast(isMuted ? t("This room is muted.") : t("This room is not muted any more."));
    },
  },
  {
    name: "star",
    korean: "별표",
    usage: () => "",
    about: () => t("Star this room, or take the star away"),
    isAlone: true,
    async run(_rest, { roomId }) {
      const isStarred = !chat.room(roomId)?.is_starred;
      await chat.setRoomPreferences(roomId, { is_starred: isStarred });
      toast(isStarred ? t("This room has a star.") : t("This room has no star any more."));
    },
  },
];

/** @param {WritingPlace} place */
function canManage({ roomId }) {
  const room = chat.room(roomId);
  return room?.role === "owner" || chat.me().role !== "member";
}

/** @param {string} text */
function onlyPeople(text) {
  const { people, rest } = readPeople(text);
  if (rest) throw new CommandError(t("Write an @ before each name: {text}", { text: rest }));
  if (!people.length) throw new CommandError(t("Whom? Write an @ and choose somebody."));
  return people;
}

/** @param {import("../core/types.js").User[]} people */
const namesOf = people => people.map(({ name }) => name).join(", ");
