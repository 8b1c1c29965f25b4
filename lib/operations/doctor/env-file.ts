import { beginsWithMark } from '../../houses/dotenv.ts';
import type { HouseCheck } from './patient.ts';
import { quoted, shown } from './words.ts';

export const envFile: HouseCheck = {
  of: 'house',
  name: 'env-file',
  levels: ['fail'],
  finds: '`.env` that begins with a byte order mark, which costs Hermes its first variable',
  fine: '.env begins with no byte order mark',
  look({ paths, env }, household) {
    if (!beginsWithMark(paths.env)) return [];
    const [first] = Object.keys(env);
    const file = quoted(paths.env);
    return [
      {
        level: 'fail',
        message: `${shown(household, paths.env)} begins with a byte order mark: to Hermes that is part of the first name${first === undefined ? '' : `, and ${first} is not set`}`,
        fix: `(umask 077; tail -c +4 ${file} > ${file}.new && cat ${file}.new > ${file} && rm ${file}.new)`,
      },
    ];
  },
};
