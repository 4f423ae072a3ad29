// The operator token: in the memory of this page only, never stored.
import { ref } from 'vue'

export const operator_token = ref('')
