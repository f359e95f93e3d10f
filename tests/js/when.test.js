/** Times as people write them, in both languages. Now is Wednesday, 14 October 2026, 10:00. */
import assert from "node:assert/strict";
import test from "node:test";
import { inMinutes, mondayMorning, parseWhen, tomorrowMorning } from "../../static/js/core/when.js";

const now = new Date(2026, 9, 14, 10, 0);

/** What is written → "month-day hour:minute", and what is left of it. */
const table = [
  ["in 20 minutes", "10-14 10:20", ""],
  ["in 20 minutes check the oven", "10-14 10:20", "check the oven"],
  ["in 20 minutes to check the oven", "10-14 10:20", "check the oven"],
  ["check the oven in 20 minutes", "10-14 10:20", "check the oven"],
  ["to check the oven in 20 min", "10-14 10:20", "check the oven"],
  ['"check the oven" in 1h30m', "10-14 11:30", "check the oven"],
  ["in 1 h 30 min tea", "10-14 11:30", "tea"],
  ["in 1 hour and 30 minutes tea", "10-14 11:30", "tea"],
  ["in 20m: tea", "10-14 10:20", "tea"],
  ["in an hour tea", "10-14 11:00", "tea"],
  ["in half an hour tea", "10-14 10:30", "tea"],
  ["in 1.5 hours", "10-14 11:30", ""],
  ["2 hours from now tea", "10-14 12:00", "tea"],
  ["in 3 days", "10-17 10:00", ""],
  ["in 2 weeks call", "10-28 10:00", "call"],
  ["at 15:30 stand-up", "10-14 15:30", "stand-up"],
  ["stand-up at 15:30", "10-14 15:30", "stand-up"],
  ["at 9:30", "10-14 21:30", ""],
  ["09:30 stand-up", "10-15 09:30", "stand-up"],
  ["at 3", "10-14 15:00", ""],
  ["at 3pm", "10-14 15:00", ""],
  ["3 pm tea", "10-14 15:00", "tea"],
  ["at 12am", "10-15 00:00", ""],
  ["12pm lunch", "10-14 12:00", "lunch"],
  ["at noon lunch", "10-14 12:00", "lunch"],
  ["at midnight", "10-15 00:00", ""],
  ["tomorrow", "10-15 09:00", ""],
  ["tomorrow 9am", "10-15 09:00", ""],
  ["tomorrow at 3 call Mina", "10-15 15:00", "call Mina"],
  ["tomorrow, 14:00 call Mina", "10-15 14:00", "call Mina"],
  ["call Mina tomorrow at 9am", "10-15 09:00", "call Mina"],
  ["9am tomorrow call Mina", "10-15 09:00", "call Mina"],
  ["tomorrow morning", "10-15 09:00", ""],
  ["tomorrow evening at 8", "10-15 20:00", ""],
  ["tonight tea", "10-14 20:00", "tea"],
  ["today at 5pm", "10-14 17:00", ""],
  ["the day after tomorrow", "10-16 09:00", ""],
  ["monday", "10-19 09:00", ""],
  ["on Friday 10:15 retro", "10-16 10:15", "retro"],
  ["wednesday", "10-21 09:00", ""],
  ["next friday", "10-23 09:00", ""],
  ["next week plan", "10-19 09:00", "plan"],
  ["Dec 24 gifts", "12-24 09:00", "gifts"],
  ["24 December at 8am gifts", "12-24 08:00", "gifts"],
  ["2026-11-03 08:00 vote", "11-03 08:00", "vote"],
  ["20분 뒤", "10-14 10:20", ""],
  ["20분 뒤 오븐 확인", "10-14 10:20", "오븐 확인"],
  ["20분뒤에 오븐 확인", "10-14 10:20", "오븐 확인"],
  ["오븐 확인 20분 후에", "10-14 10:20", "오븐 확인"],
  ["1시간 30분 뒤 회의", "10-14 11:30", "회의"],
  ["한 시간 뒤 회의", "10-14 11:00", "회의"],
  ["한 시간 반 뒤 회의", "10-14 11:30", "회의"],
  ["두 시간 후 회의", "10-14 12:00", "회의"],
  ["3일 뒤 결제", "10-17 10:00", "결제"],
  ["이틀 뒤 결제", "10-16 10:00", "결제"],
  ["일주일 뒤 결제", "10-21 10:00", "결제"],
  ["내일 오전 9시", "10-15 09:00", ""],
  ["내일 오전 9시에 회의", "10-15 09:00", "회의"],
  ["회의 내일 오후 3시 반", "10-15 15:30", "회의"],
  ["내일 3시 회의", "10-15 15:00", "회의"],
  ["내일 회의", "10-15 09:00", "회의"],
  ["오후 2시 15분 통화", "10-14 14:15", "통화"],
  ["오늘 저녁 7시 운동", "10-14 19:00", "운동"],
  ["저녁에 운동", "10-14 18:00", "운동"],
  ["밤 11시 취침", "10-14 23:00", "취침"],
  ["정오에 점심", "10-14 12:00", "점심"],
  ["15:30 회의", "10-14 15:30", "회의"],
  ["월요일 10시", "10-19 10:00", ""],
  ["월요일 10시 주간 회의", "10-19 10:00", "주간 회의"],
  ["다음 주 월요일 10시", "10-19 10:00", ""],
  ["다음 주 금요일", "10-23 09:00", ""],
  ["다음 주", "10-19 09:00", ""],
  ["모레 아침 8시 출발", "10-16 08:00", "출발"],
  ["12월 24일 선물", "12-24 09:00", "선물"],
];

for (const [written, expected, left] of table) {
  test(`"${written}" is ${expected}`, () => {
    const found = parseWhen(written, now);
    assert.ok(found, "no time was found");
    assert.equal(show(found.at), expected);
    assert.equal(found.text, left);
  });
}

for (const written of [
  "",
  "tea",
  "version 2.10 is out",
  "room 3",
  "20 people",
  "in",
  "at",
  "in 20 apples",
  "25:00",
  "at 10:75",
  "Feb 31",
  "monitor the server",
  "sunglasses",
  "marching band",
  "20분",
  "분 뒤",
  "내일은 맑음",
  "시간 뒤",
  "오후를 부탁해",
]) {
  test(`"${written}" is no time`, () => assert.equal(parseWhen(written, now), null));
}

test("a day of this year that is over is one of the next year", () => {
  assert.equal(parseWhen("Mar 3", now)?.at.getFullYear(), 2027);
  assert.equal(parseWhen("10월 14일", now)?.at.getFullYear(), 2026);
});

test("what is offered: tomorrow and Monday at nine", () => {
  assert.equal(show(tomorrowMorning(now)), "10-15 09:00");
  assert.equal(show(mondayMorning(now)), "10-19 09:00");
  assert.equal(show(mondayMorning(new Date(2026, 9, 19, 8, 0))), "10-26 09:00");
  assert.equal(show(mondayMorning(new Date(2026, 9, 18, 8, 0))), "10-19 09:00");
  assert.equal(show(inMinutes(20, now)), "10-14 10:20");
});

/** @param {Date} date */
function show(date) {
  const two = n => String(n).padStart(2, "0");
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
