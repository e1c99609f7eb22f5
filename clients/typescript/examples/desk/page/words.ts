// What the desk says, in English and Chinese.
import { EventType, PreferenceLevel } from "../../../src/index.js";
import type { Locale } from "../../shared/page/language.js";

const en = {
  title: "Front desk",
  skip: "Skip to the content",
  language: "Language",
  signOut: "Hand over",
  signInTitle: "Who is at the desk?",
  signInText: "This example has no passwords: choose a staff number. A hotel puts its own sign-in here.",
  footer: "An example of a front-desk screen.",
  theme: "Colours",
  themes: { auto: "Auto", light: "Light", dark: "Dark" },
  today: (date: string) => `Today, ${date}`,
  search: "Find a guest",
  searchHint: "Name, room or guest number",
  openNumber: (number: string) => `Open guest number ${number}`,
  back: "‹ All guests",
  noMatch: "Nobody on today's list.",
  movements: { arrival: "Arriving today", "in-house": "In the house", departure: "Leaving today" },
  room: (room: string) => `Room ${room}`,
  adults: (count: number) => (count === 1 ? "1 adult" : `${count} adults`),
  children: (count: number) => (count === 1 ? "1 child" : `${count} children`),
  until: (date: string) => `until ${date}`,
  speaks: (language: string) => `Speaks ${language}`,
  stays: (count: number) => (count === 0 ? "First stay with us" : count === 1 ? "1 stay so far" : `${count} stays so far`),
  guestNumber: (id: string) => `Guest ${id}`,
  choose: "Choose a guest to see what to suggest.",
  keys: "Arrow keys move through the list, Enter opens, Escape returns to the search.",
  suggest: "Suggest next",
  say: "What to say",
  why: "Why this guest",
  general: "A suggestion that suits most guests: this guest has not agreed to personal ones.",
  outcomeTitle: "What came of it?",
  outcomes: { accepted: "Accepted", offered: "Offered", declined: "Declined", notOffered: "Not offered" },
  done: {
    accepted: "Accepted. Please arrange it.",
    offered: "Offered. The guest is thinking about it.",
    declined: "Declined. It will not be suggested for a while.",
    notOffered: "Not offered. This says nothing about the guest.",
  },
  kept: "The connection is down. The outcome is kept and will be sent.",
  refused: "The server did not take an outcome. Please tell support.",
  undo: "Undo",
  undone: "Taken back.",
  next: "Next suggestion",
  nothing: "Nothing to suggest now. A smile is better.",
  unavailable: "Suggestions are not available right now. Carry on as usual.",
  unknown: "No guest has this number.",
  retry: "Try again",
  loading: "One moment",
  goodToKnow: "Good to know",
  nothingKnown: "The guest has told us nothing yet.",
  lately: "Lately",
  nothingLately: "Nothing yet.",
};

type Words = typeof en;

const zh: Words = {
  title: "前台",
  skip: "跳到正文",
  language: "语言",
  signOut: "交班",
  signInTitle: "当前由谁值守前台？",
  signInText: "本示例不设密码，请选择员工编号。酒店可在此接入自己的登录方式。",
  footer: "前台屏幕示例。",
  theme: "配色",
  themes: { auto: "自动", light: "浅色", dark: "深色" },
  today: (date) => `今天，${date}`,
  search: "查找客人",
  searchHint: "姓名、房号或客人编号",
  openNumber: (number) => `打开客人编号 ${number}`,
  back: "‹ 全部客人",
  noMatch: "今日名单中没有匹配的客人。",
  movements: { arrival: "今日抵店", "in-house": "住店客人", departure: "今日离店" },
  room: (room) => `${room} 房`,
  adults: (count) => `${count} 位成人`,
  children: (count) => `${count} 位儿童`,
  until: (date) => `住至${date}`,
  speaks: (language) => `使用${language}`,
  stays: (count) => (count === 0 ? "首次入住" : `累计入住 ${count} 次`),
  guestNumber: (id) => `客人 ${id}`,
  choose: "请选择一位客人，查看推荐内容。",
  keys: "方向键浏览名单，回车键打开，Esc 键返回搜索。",
  suggest: "下一项推荐",
  say: "建议话术",
  why: "推荐理由",
  general: "适合多数客人的推荐：这位客人尚未同意个性化推荐。",
  outcomeTitle: "结果如何？",
  outcomes: { accepted: "接受", offered: "已推荐", declined: "婉拒", notOffered: "未推荐" },
  done: {
    accepted: "客人已接受，请安排。",
    offered: "已推荐，客人正在考虑。",
    declined: "客人婉拒，一段时间内不再推荐。",
    notOffered: "未推荐。这不代表客人的态度。",
  },
  kept: "连接中断。结果已保存，稍后自动发送。",
  refused: "服务器未接受一项结果，请联系技术支持。",
  undo: "撤销",
  undone: "已撤销。",
  next: "下一项推荐",
  nothing: "目前没有推荐。一个微笑更好。",
  unavailable: "暂时无法显示推荐，请照常接待。",
  unknown: "没有此编号的客人。",
  retry: "重试",
  loading: "请稍候",
  goodToKnow: "客人喜好",
  nothingKnown: "客人尚未告知喜好。",
  lately: "近期动态",
  nothingLately: "暂无。",
};

/** The words of a language. */
export const words: Readonly<Record<Locale, Words>> = { en, "zh-Hans": zh };

const LEVELS: Readonly<Record<Locale, Partial<Record<PreferenceLevel, string>>>> = {
  en: {
    [PreferenceLevel.REQUIRED]: "always",
    [PreferenceLevel.PREFERRED]: "likes",
    [PreferenceLevel.AVOID]: "rather not",
    [PreferenceLevel.UNACCEPTABLE]: "never",
  },
  "zh-Hans": {
    [PreferenceLevel.REQUIRED]: "必须",
    [PreferenceLevel.PREFERRED]: "喜欢",
    [PreferenceLevel.AVOID]: "尽量不要",
    [PreferenceLevel.UNACCEPTABLE]: "绝不",
  },
};

/** How much something is wished; undefined for what is all the same. */
export function levelText(level: PreferenceLevel, locale: Locale): string | undefined {
  return LEVELS[locale][level];
}

const EVENTS: Readonly<Record<Locale, Partial<Record<EventType, string>>>> = {
  en: {
    [EventType.CLICK]: "Looked closer",
    [EventType.ACCEPT]: "Accepted",
    [EventType.DECLINE]: "Declined",
    [EventType.NOT_OFFERED]: "Not offered",
    [EventType.BOOK]: "Booked a stay",
    [EventType.CANCEL]: "Cancelled",
    [EventType.CONSUME]: "Enjoyed",
    [EventType.CHECK_IN]: "Arrived",
    [EventType.CHECK_OUT]: "Left",
    [EventType.COMPLAINT]: "Complained",
  },
  "zh-Hans": {
    [EventType.CLICK]: "查看",
    [EventType.ACCEPT]: "接受",
    [EventType.DECLINE]: "婉拒",
    [EventType.NOT_OFFERED]: "未推荐",
    [EventType.BOOK]: "预订入住",
    [EventType.CANCEL]: "取消",
    [EventType.CONSUME]: "享用",
    [EventType.CHECK_IN]: "到店",
    [EventType.CHECK_OUT]: "离店",
    [EventType.COMPLAINT]: "投诉",
  },
};

/** What happened; undefined for what is not told one by one. */
export function eventText(type: EventType, locale: Locale): string | undefined {
  return EVENTS[locale][type];
}
