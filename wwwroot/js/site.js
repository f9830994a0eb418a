// What every page needs, by delegation: pages come and go by enhanced navigation, the listeners stay.
import { startBoards } from "./board.js";
import { startCompare } from "./compare.js";
import { startCopying } from "./copy.js";
import { startDialogs } from "./dialogs.js";
import { startExplanations } from "./explanations.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startModals } from "./modals.js";
import { startThemeChoice } from "./theme-choice.js";
import { startPasskeys } from "./passkeys.js";
import { startTimes } from "./times.js";
import { startPdfs } from "./pdf.js";
import { startReconnecting } from "./reconnect.js";

startBoards();
startCompare();
startCopying();
startDialogs();
startExplanations();
startForms();
startKeys();
startModals();
startPasskeys();
startPdfs();
startThemeChoice();
startTimes();
startReconnecting();
