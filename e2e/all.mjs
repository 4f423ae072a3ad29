// Every suite in one process, so that they share a server and a browser. The suite that switches
// timetables comes last: should it fail half way, the others have had theirs.
import './contract.test.mjs'
import './search.test.mjs'
import './journeys.test.mjs'
import './circle.test.mjs'
import './wrong.test.mjs'
import './views.test.mjs'
import './ledger.test.mjs'
import './policies.test.mjs'
import './credentials.test.mjs'
import './timetables.test.mjs'
