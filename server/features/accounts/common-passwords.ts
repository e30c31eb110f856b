// The passwords that every guesser tries first, as stems: digits and signs behind them make them no better.

export const COMMON_STEMS: ReadonlySet<string> = new Set([
  'password', 'passw0rd', 'p@ssw0rd', 'p@ssword', 'pa55word', 'pass', 'passwort', 'passord', 'motdepasse', 'contraseña',
  'senha', 'mima', 'woaini', 'woaiwojia', 'woaizhongguo', 'nihao', 'qiao', 'qiaoqiao', 'qwerty', 'qwertz', 'azerty', 'qwertyu',
  'qwertyui', 'qwertyuiop', 'qwert', 'asdf', 'asdfg', 'asdfgh', 'asdfghjk', 'asdfghjkl', 'zxcvbn', 'zxcvbnm', 'qazwsx',
  'qazwsxedc', '1qaz2wsx', '1q2w3e4r', '1q2w3e4r5t', '1q2w3e', 'q1w2e3r4', 'q1w2e3r4t5', 'qweasd', 'qweasdzxc', 'qwe', 'abc',
  'abcd', 'abcde', 'abcdef', 'abcdefg', 'abcdefgh', 'abcabc', 'a1b2c3d4', 'a', 'aa', 'aaa', 'asd', 'asdasd', 'zxc', 'letmein', 'welcome',
  'login', 'admin', 'administrator', 'root', 'toor', 'guest', 'user', 'test', 'testtest', 'testing', 'default', 'secret',
  'changeme', 'iloveyou', 'iloveu', 'loveyou', 'lovely', 'love', 'princess', 'sunshine', 'football', 'baseball', 'basketball',
  'superman', 'batman', 'spiderman', 'starwars', 'pokemon', 'naruto', 'minecraft', 'fortnite', 'dragon', 'monkey', 'shadow',
  'master', 'michael', 'jordan', 'jennifer', 'jessica', 'charlie', 'daniel', 'ashley', 'andrew', 'thomas', 'george', 'nicole',
  'hunter', 'killer', 'trustno', 'whatever', 'freedom', 'computer', 'internet', 'samsung', 'google', 'facebook', 'instagram',
  'youtube', 'twitch', 'linkedin', 'dropbox', 'hello', 'helloworld', 'cheese', 'chocolate', 'butterfly', 'flower', 'summer',
  'winter', 'spring', 'autumn', 'liverpool', 'chelsea', 'arsenal', 'barcelona', 'juventus', 'mustang', 'ferrari', 'mercedes',
  'harley', 'corvette', 'matrix', 'phoenix', 'access', 'trinity', 'blink', 'metallica', 'nirvana', 'blessed', 'jesus',
  'jesuschrist', 'iloveyou1314', 'forever', 'unknown', 'nothing', 'zaq1zaq1', 'zaq12wsx', '!qaz2wsx', 'gfhjkm', 'пароль', 'йцукен',
  'привет', 'correcthorsebatterystaple', 'ninja', 'azertyuiop', 'babygirl', 'lovelove', 'sweet', 'family', 'friends', 'soccer',
]);

/** Rows of digits that people think of; a plain rise, fall or repetition is found by rule. */
export const COMMON_DIGITS: ReadonlySet<string> = new Set([
  '1234567890', '0123456789', '0987654321', '9876543210', '123123123', '12341234', '12344321', '11223344', '1122334455', '147258369',
  '123454321', '1234512345', '123456123', '123456123456', '789456123', '159753159', '147852369', '987654321', '52013145', '5201314520',
  '13145200', '1314520520', '11112222', '12121212', '123321123', '1233211234567', '1223334444', '31415926', '314159265', '10203040',
  '1020304050', '20252025', '20262026', '19901990', '88888888', '66668888', '88886666', '12345679', '123456987', '741852963',
]);
