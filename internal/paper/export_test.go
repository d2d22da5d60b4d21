package paper

// Letters is the outline of the word.
const Letters = letters
