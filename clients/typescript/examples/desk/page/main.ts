// The page: today's guests, the next best suggestion for one of them, and one tap for what came of it.
import { startDesk } from "./desk.js";

void startDesk();
