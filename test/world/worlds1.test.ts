import { worlds } from "./worlds.js";

worlds(0, 2);
