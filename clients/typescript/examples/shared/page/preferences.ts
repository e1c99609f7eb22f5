// Names of preferences in the languages of the pages.
import { plain, type Locale } from "./language.js";

/** Wishes a guest may add: dimension, value, English, Chinese. The first list is also the glossary. */
const WISHES: readonly [dimension: string, value: string, en: string, zh: string][] = [
  ["pillow", "feather", "Feather pillow", "羽绒枕"],
  ["pillow", "foam", "Foam pillow", "记忆棉枕"],
  ["bedding", "king", "King bed", "特大床"],
  ["bedding", "twin", "Twin beds", "双床"],
  ["room_location", "high_floor", "High floor", "高楼层"],
  ["room_location", "far_from_lift", "Far from the lift", "远离电梯"],
  ["diet", "vegetarian", "Vegetarian food", "素食"],
  ["tag", "quiet", "Peace and quiet", "安静"],
  ["tag", "relax", "Relaxing", "放松"],
  ["tag", "massage", "Massage", "按摩"],
  ["tag", "thermal", "Thermal baths", "温泉"],
  ["tag", "wellness", "Wellness", "养生"],
  ["tag", "gourmet", "Fine dining", "精致餐饮"],
  ["tag", "wine", "Wine", "葡萄酒"],
  ["tag", "local-food", "Local food", "当地美食"],
  ["tag", "seafood", "Seafood", "海鲜"],
  ["tag", "vegetarian", "Vegetarian dishes", "素食菜肴"],
  ["tag", "local-culture", "Local culture", "当地文化"],
  ["tag", "history", "History", "历史"],
  ["tag", "art", "Art", "艺术"],
  ["tag", "nightlife", "Nightlife", "夜生活"],
  ["tag", "outdoors", "Outdoors", "户外"],
  ["tag", "active", "Being active", "运动"],
  ["tag", "sea", "The sea", "大海"],
  ["tag", "golf", "Golf", "高尔夫"],
  ["tag", "yoga", "Yoga", "瑜伽"],
  ["tag", "kids", "For children", "儿童"],
  ["tag", "family-time", "Family time", "家庭时光"],
  ["tag", "romantic", "Romance", "浪漫"],
  ["tag", "celebration", "Celebrations", "庆祝"],
  ["tag", "chauffeur", "A driver", "专车"],
  ["tag", "airport", "Airport transfer", "机场接送"],
  ["tag", "flexibility", "Flexible times", "灵活时间"],
  ["tag", "convenience", "Convenience", "便利"],
  ["tag", "view", "A view", "景观"],
  ["tag", "space", "More space", "更大空间"],
  ["category", "spa", "Spa", "水疗"],
  ["category", "dining", "Restaurants", "餐饮"],
  ["category", "room-upgrade", "Better rooms", "客房升级"],
  ["category", "culture", "Culture", "文化"],
  ["category", "transfer", "Transfers", "接送"],
  ["category", "family", "For families", "亲子"],
];

/** Wishes that may be added, with their names. */
export function wishes(locale: Locale): { dimension: string; value: string; text: string }[] {
  return WISHES.filter(([dimension]) => dimension !== "category").map(([dimension, value, english, chinese]) => {
    return { dimension, value, text: locale === "en" ? english : chinese };
  });
}

/** The name of a preference. What the page has no word for is shown by its id. */
export function preferenceText(dimension: string, value: string, locale: Locale): string {
  const known = WISHES.find(([d, v]) => d === dimension && v === value);
  if (known) return locale === "en" ? known[2] : known[3];
  return dimension === "tag" || dimension === "category" ? plain(value) : `${plain(dimension)}: ${plain(value)}`;
}
