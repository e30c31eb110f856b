// Loaded into the server that `gifts` measures, before its own code: lifts the rate of gift.send. The rate is a matter of
// manners, eight taps a second for each person; what is measured is what the ledger takes, by few enough people that telling
// each gift to each of them is not what fills the machine.

import { REQUESTS } from '../../shared/messages.ts';

Object.assign(REQUESTS['gift.send'], { rate: { burst: 1e6, perSecond: 1e6 } });
