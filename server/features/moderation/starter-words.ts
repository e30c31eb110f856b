// What the operator's word lists begin with: what spam bots write everywhere. Short on purpose; the files are the operator's.

const HEAD = {
  blocked: '# Lines with one of these are refused, in every room.',
  held: '# Lines with one of these wait for a moderator, in every room.',
} as const;
const HOW = `#
# One word or phrase on a line; lines with # are notes. Saved changes count within seconds, without a restart.
# Capitals, accents, look-alike letters, digits for letters and signs between letters are seen through, and traditional
# Chinese is found by simplified. Latin words count whole: "ass" is not found in "class". A star lets a word go on:
# "spam*" finds "spammer" too. Chinese words are found anywhere.
`;

const BLOCKED_EN = `
free followers
buy followers
cheap followers
cheap viewers
buy viewers
best viewers on
want to become famous
get famous fast
double your bitcoin
double your crypto
free nitro
free gift card
free robux
guaranteed profit
guaranteed returns
earn money from home
make money fast
onlyfans leak*
crypto airdrop
send me your password
kill yourself
kys
`;
const BLOCKED_ZH = `
加微信
加薇信
加v信
加威信
+微信
+v信
加我vx
加vx
加扣扣
免费领取
日赚
日入过万
兼职刷单
刷单返利
稳赚不赔
包赚
博彩
网赌
代开发票
裸聊
约炮
办证刻章
低价代充
粉丝代刷
刷粉
买粉
去死吧
`;
const HELD_EN = `
whatsapp me
telegram me
dm me for
investment advice
casino
betting tips
escort
forex signals
check my profile
link in my bio
`;
const HELD_ZH = `
微信号
薇信
私聊我
加群
进群
贷款
荐股
内幕消息
返利
赚钱
彩票
兼职
`;

export const STARTER_FILES = {
  'blocked.en.txt': `${HEAD.blocked}\n${HOW}${BLOCKED_EN}`,
  'blocked.zh.txt': `${HEAD.blocked}\n${HOW}${BLOCKED_ZH}`,
  'held.en.txt': `${HEAD.held}\n${HOW}${HELD_EN}`,
  'held.zh.txt': `${HEAD.held}\n${HOW}${HELD_ZH}`,
} as const;
export type WordFile = keyof typeof STARTER_FILES;
export const WORD_FILES = Object.keys(STARTER_FILES) as readonly WordFile[];
