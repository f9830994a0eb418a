// What every page needs, by delegation: pages come and go by enhanced navigation, the listeners stay.
import { startBoards } from "./board.js";
import { startCompare } from "./compare.js";
import { startCopying } from "./copy.js";
import { startDialogs } from "./dialogs.js";
import { startFilterWords } from "./filter-words.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startModals } from "./modals.js";
import { startThemeChoice } from "./theme-choice.js";
import { startPasskeys } from "./passkeys.js";
import { startTimes } from "./times.js";
import { startReconnecting } from "./reconnect.js";
import { startRunsTable } from "./runs-table.js";

startBoards();
startCompare();
startCopying();
startDialogs();
startFilterWords();
startForms();
startKeys();
startModals();
startPasskeys();
startThemeChoice();
startTimes();
startReconnecting();
startRunsTable();
