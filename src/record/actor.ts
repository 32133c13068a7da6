/** What stands for the name of an actor that neither git nor CI tells. */
export const unknownActor = "not known";
