import { worlds } from "./worlds.js";

worlds(1, 2);
