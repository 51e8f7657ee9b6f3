import type { Vocabulary } from './vocabulary.ts';

export const es: Vocabulary = {
  stopWords: `
    a al algo algún alguna algunas alguno algunos ante antes aquel aquella aquellas aquellos aquí así aun aún aunque cada casi como con contra cual
    cuál cuales cuáles cuando cuándo cuanto cuánto cuánta cuántas cuántos de del desde donde dónde dos durante e el él ella ellas ellos en entre era eran
    es esa esas ese eso esos esta está estaba están estas este esté esto estos estoy fue fueron ha había han has hasta hay haya he hemos
    hube la las le les lo los más me mi mí mía mías mío míos mis mucho muchos muy nada ni no nos nosotros nuestra nuestras nuestro nuestros o os
    otra otras otro otros para pero poco por porque pues que qué quien quién quienes se sea sean según ser si sí sido siempre sin sino sobre
    sois solo sólo somos son soy su sus suya suyo también tampoco tan tanto te tenemos tener tengo tenía ti tiene tienen tienes toda todas todo todos
    tras tu tú tus un una unas uno unos usted ustedes vosotros y ya yo`,
  filler: `
    acaso ahora alguien amable aparece atentamente ayuda ayudar ayúdame ayudarme ayuden bien bueno buena buenas buenos cosa cosas cordial dar
    días debe debo deben debería decir decirme dígame deseo desea entonces estimado estimada estimados existe explicar favor forma funciona
    funcionan funcionar gente gracias gustaría hace hacer hago haciendo hola igual intento intentado intentando ir informan
    listo luego manera mejor mismo misma momento necesita necesito necesitamos noches nunca ok persona por posible podemos podría podrían
    podrías pregunta preguntas problema problemas pude puede pueden puedes puedo poder puesto queremos querer quería querría quiere quieren quiero
    quisiera realmente rápido sabe sabéis saber saben sé saludo saludos señor señora señores sirve sigue siguiente tal tardes todavía usar va vale
    vamos vaya ver veces vez voy`,
  asking:
    /\bcuant[oa]s? (?:tiempo|dias|veces|meses|semanas|cuesta|cuestan|vale|tarda|tardan|dura)\b|\bpor que\b|\ba que hora\b|\bdesde cuando\b|\bhasta cuando\b|\bde que manera\b|\bcada cuanto\b/g,
  telling: `abonar acceder activar actualizar almacén añadir aparato apagar artículo banco borrar bloqueada bloqueado
    cambiar cambio cancelar clave cliente clientes cobrado cobraron código comprar compra configurar conectar
    contraseña contraseñas costo cuenta cuentas cuesta datos descargar descuento devolución devolver dinero dirección
    dispositivo domicilio electrónico eliminar empresa encender entrega envían envío envíos enviar equipo etiqueta
    etiquetas factura facturación facturas fecha función garantía gastos gratis gratuita horario impresora imprimir
    imprime iniciar instalar mensaje mes meses mensual necesario nombre nueva nuevo número olvidado olvidé paquete
    página pagar pago pagos pedido pedidos perdí perdido plazo precio precios producto productos prueba recibido
    recibir recuperar reembolso registrar renovar restablecer roto semana sesión sitio soporte suscripción tarjeta
    teléfono tienda tiendas usuario usuarios vender aplicación archivo aduana tarda correo`,
};
