// The page: signs in, asks for one decision for all its placements, shows it, and reports what was seen and done.
import { startPage } from "./page.js";

void startPage();
