// What the page says, in English and Chinese.
import { EventType, PreferenceLevel, Purpose } from "../../../src/index.js";
import type { Locale } from "../../shared/page/language.js";

const en = {
  title: "Your stay",
  skip: "Skip to the content",
  language: "Language",
  signOut: "Sign out",
  signInTitle: "Whose stay is it?",
  signInText: "This example has no passwords: choose a guest. A hotel puts its own sign-in here.",
  greeting: { morning: "Good morning", day: "Good afternoon", evening: "Good evening" },
  nameAfter: (greeting: string, name: string) => (name ? `${greeting}, ${name}` : greeting),
  stayBegins: (date: string) => `Your stay begins on ${date}.`,
  welcome: "It is good to have you here.",
  listTitle: "For your stay",
  listText: "Chosen for you. Every guest who meets the same conditions pays the same price.",
  forAll: "You see what most guests enjoy. To see what suits you, allow personal suggestions below.",
  emptyList: "Nothing more to suggest for the moment.",
  unavailable: "Suggestions are not available right now. Reception is happy to help: dial 9.",
  retry: "Try again",
  why: "Why you see this",
  dismiss: "Not for me",
  book: "Book",
  requested: "Requested",
  confirmTitle: "Shall we arrange it?",
  confirmText: "We will confirm by message. You pay at the hotel.",
  confirmYes: "Yes, please",
  confirmNo: "Not now",
  accepted: "Thank you. Your request is with reception.",
  acceptedLater: "You are offline. Your request is kept and will be sent when you are connected again.",
  dismissed: "We will not suggest it again for a while.",
  surveyTitle: "One question",
  surveyNote: "Your answer helps us choose for you. You can correct it below at any time.",
  surveySend: "Answer",
  surveyThanks: "Thank you. Your suggestions were updated.",
  knownTitle: "What we know of you",
  knownText: "Correct or remove anything. Nothing here ever changes a price.",
  stated: "You told us",
  observed: "We noticed",
  nothingStated: "Nothing yet.",
  nothingObserved: "Nothing that we keep as a preference.",
  level: "How much you wish it",
  remove: "Remove",
  removeThis: (what: string) => `Remove: ${what}`,
  add: "Add",
  addTitle: "Add a wish",
  wish: "Wish",
  saved: "Saved.",
  changedMeanwhile: "This had changed meanwhile. Please look again.",
  failed: "That did not work. Please try again.",
  recordTitle: "What is on record",
  recordNone: "Nothing.",
  consentTitle: "Your choices",
  consentText: "You decide what your data may be used for. You can change your mind at any time.",
  footer: "An example of a guest portal.",
};

type Words = typeof en;

const zh: Words = {
  title: "您的入住",
  skip: "跳到正文",
  language: "语言",
  signOut: "退出",
  signInTitle: "请选择客人",
  signInText: "本示例不设密码，请选择一位客人。酒店可在此接入自己的登录方式。",
  greeting: { morning: "早上好", day: "下午好", evening: "晚上好" },
  nameAfter: (greeting, name) => (name ? `${greeting}，${name}` : greeting),
  stayBegins: (date) => `您的入住将于${date}开始。`,
  welcome: "欢迎您。",
  listTitle: "为您的入住推荐",
  listText: "为您精选。条件相同的客人，价格相同。",
  forAll: "目前显示的是多数客人喜爱的项目。如需更合您心意的推荐，请在下方开启个性化推荐。",
  emptyList: "暂无更多推荐。",
  unavailable: "暂时无法显示推荐。前台乐意为您服务，请拨 9。",
  retry: "重试",
  why: "为何推荐",
  dismiss: "不感兴趣",
  book: "预订",
  requested: "已提交",
  confirmTitle: "为您安排吗？",
  confirmText: "我们会以消息确认，费用在酒店支付。",
  confirmYes: "好的，请安排",
  confirmNo: "暂不",
  accepted: "谢谢。前台已收到您的请求。",
  acceptedLater: "您目前离线。请求已保存，恢复连接后将自动发送。",
  dismissed: "一段时间内不再推荐此项目。",
  surveyTitle: "想请教您一个问题",
  surveyNote: "您的回答有助于我们为您挑选，之后可随时在下方更正。",
  surveySend: "提交",
  surveyThanks: "谢谢。推荐已更新。",
  knownTitle: "我们对您的了解",
  knownText: "您可以更正或删除任何一项。这里的内容绝不会影响价格。",
  stated: "您告诉我们的",
  observed: "我们注意到的",
  nothingStated: "暂无。",
  nothingObserved: "暂无作为偏好保存的内容。",
  level: "希望程度",
  remove: "删除",
  removeThis: (what) => `删除：${what}`,
  add: "添加",
  addTitle: "添加一项心愿",
  wish: "心愿",
  saved: "已保存。",
  changedMeanwhile: "内容刚刚有变动，请再看一下。",
  failed: "操作未成功，请重试。",
  recordTitle: "现有记录",
  recordNone: "无。",
  consentTitle: "您的选择",
  consentText: "数据用于何处由您决定，您可以随时更改。",
  footer: "客人门户示例。",
};

/** The words of a language. */
export const words: Readonly<Record<Locale, Words>> = { en, "zh-Hans": zh };

/** What each purpose is, for a guest. The texts have a version: a change of them needs a new one. */
export const purposes: Readonly<Record<Locale, readonly [Purpose, title: string, text: string][]>> = {
  en: [
    [Purpose.PROFILING, "Personal suggestions", "We learn from what you choose and decline, and suggest what suits you."],
    [Purpose.MARKETING, "Offers by message", "We may write to you with offers. Messages about your stay come in any case."],
    [Purpose.PRESENCE, "Where you are now", "We may use where in the house you are to suggest at the right moment."],
    [Purpose.MEASUREMENT, "Statistics", "We may count how suggestions are received, in order to improve them."],
  ],
  "zh-Hans": [
    [Purpose.PROFILING, "个性化推荐", "根据您的选择与拒绝，为您推荐更合心意的项目。"],
    [Purpose.MARKETING, "优惠消息", "我们可以向您发送优惠消息。与入住有关的通知不受影响。"],
    [Purpose.PRESENCE, "当前位置", "根据您在酒店内的位置，在合适的时刻推荐。"],
    [Purpose.MEASUREMENT, "统计", "统计推荐的反响，用于改进服务。"],
  ],
};

const LEVELS: Readonly<Record<Locale, readonly [PreferenceLevel, string][]>> = {
  en: [
    [PreferenceLevel.PREFERRED, "I like it"],
    [PreferenceLevel.NEUTRAL, "It does not matter"],
    [PreferenceLevel.AVOID, "Rather not"],
    [PreferenceLevel.UNACCEPTABLE, "Never"],
  ],
  "zh-Hans": [
    [PreferenceLevel.PREFERRED, "喜欢"],
    [PreferenceLevel.NEUTRAL, "无所谓"],
    [PreferenceLevel.AVOID, "尽量不要"],
    [PreferenceLevel.UNACCEPTABLE, "绝不"],
  ],
};

/** The levels of a preference, strongest wish first. */
export function levels(locale: Locale): readonly [PreferenceLevel, string][] {
  return LEVELS[locale];
}

const EVENTS: Readonly<Record<Locale, Partial<Record<EventType, string>>>> = {
  en: {
    [EventType.CLICK]: "Looked closer at",
    [EventType.ACCEPT]: "Requested",
    [EventType.DECLINE]: "Declined",
    [EventType.SURVEY]: "Answered a question",
    [EventType.BOOK]: "Booked a stay",
    [EventType.CANCEL]: "Cancelled",
    [EventType.CONSUME]: "Enjoyed",
    [EventType.CHECK_IN]: "Arrived",
    [EventType.CHECK_OUT]: "Left",
  },
  "zh-Hans": {
    [EventType.CLICK]: "查看",
    [EventType.ACCEPT]: "请求",
    [EventType.DECLINE]: "婉拒",
    [EventType.SURVEY]: "回答问题",
    [EventType.BOOK]: "预订入住",
    [EventType.CANCEL]: "取消",
    [EventType.CONSUME]: "享用",
    [EventType.CHECK_IN]: "到店",
    [EventType.CHECK_OUT]: "离店",
  },
};

/** What a guest did; undefined for what is not told one by one. */
export function eventText(type: EventType, locale: Locale): string | undefined {
  return EVENTS[locale][type];
}
